import CGMP
import Testing
import Workbook

@Test func `GMP links and computes`() {
  var number = __mpz_struct()
  __gmpz_init(&number)
  defer { __gmpz_clear(&number) }
  let probablyPrime = withUnsafeMutablePointer(to: &number) { number in
    // 2¹²⁷ − 1 is a prime, 2¹²⁷ + 1 is not.
    [-1, 1].map { offset in
      __gmpz_ui_pow_ui(number, 2, 127)
      offset < 0 ? __gmpz_sub_ui(number, number, 1) : __gmpz_add_ui(number, number, 1)
      return __gmpz_probab_prime_p(number, 30) > 0
    }
  }
  #expect(probablyPrime == [true, false])
}

@Test func `the workbook's powers are exact`() {
  #expect(GMPLibrary.power(2, 100) == "1267650600228229401496703205376")
  #expect(GMPLibrary.power(10, 40) == "1" + String(repeating: "0", count: 40))
}
