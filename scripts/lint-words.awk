# Finds words that are gone: awk -f scripts/lint-words.awk scripts/gone-words.txt
#
# Prints each line that holds one, with what to say instead, and then how many there are. A word is
# whole: “sheet” is not found in “spreadsheet”.

/^#/ || NF == 0 { next }

{
  count = split($0, field, /\t+/)
  if (field[1] == "keep") {
    if (count != 4) fail("keep takes a path, a line and a reason, with tabs between")
    keepPath[++keeps] = field[2]
    keepLine[keeps] = field[3]
  } else {
    if (count < 2) fail("a word and what to say instead are wanted, with a tab between")
    pattern[++words] = bounded(field[1])
    name[words] = field[1]
    instead[words] = field[2]
    where[words] = count > 2 ? field[3] : ""
    all = all (words > 1 ? "|" : "") pattern[words]
  }
}

END {
  if (broken) exit 1
  command = "find Sources Chapters Tests Judges Solutions Exercises scripts python README.md CONTRIBUTING.md" \
    " -type f ! -path '*/.*' ! -path '*/Fixtures/*' ! -name gone-words.txt ! -name '*.pyc' | sort"
  while ((command | getline path) > 0) {
    number = 0
    while ((getline line < path) > 0) {
      number++
      if ((" " line " ") ~ all) look(path, number, " " line " ")
    }
    close(path)
  }
  if (!found) exit 0
  print ""
  for (w = 1; w <= words; w++)
    if (hits[w]) printf "%5d  %s → %s\n", hits[w], name[w], instead[w]
  print found " lines hold words that are gone. A line that must stay is named, with a reason, in" \
    " scripts/gone-words.txt."
  exit 1
}

# A pattern, as a whole word; where it begins or ends with a sign, that end is as it is.
function bounded(text,    before, after) {
  before = text ~ /^(\\|[.])/ ? "" : "[^A-Za-z0-9_]"
  after = text ~ /[.(:]$|\\\($/ ? "" : "[^A-Za-z0-9_]"
  return before "(" text ")" after
}

function look(path, number, line,    w, k) {
  for (k = 1; k <= keeps; k++) if (path ~ keepPath[k] && line ~ keepLine[k]) return
  for (w = 1; w <= words; w++) {
    if (where[w] != "" && path !~ where[w]) continue
    if (line !~ pattern[w]) continue
    gsub(/^ +| +$/, "", line)
    print path ":" number ": “" name[w] "”: take " instead[w] ": " line
    hits[w]++
    found++
    return
  }
}

function fail(sentence) { print FILENAME ":" FNR ": " sentence; broken = 1; exit 1 }
