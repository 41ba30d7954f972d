// The GNU multiple precision library, for the numbers that check all others.
#include <gmp.h>
