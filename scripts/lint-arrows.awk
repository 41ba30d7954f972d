# Finds names of a folder that are used in a folder above it, in a list of folders on standard input.
#
# What is looked at are the types, functions and operators that a file declares at its left margin;
# comments and the text in quotes do not count. Members of extensions are seen by the type they extend.

NF == 0 { next }
{ folder[++folders] = $0 }

END {
  for (f = 1; f <= folders; f++) read(f)
  for (f = 1; f <= folders; f++) look(f)
  # A folder that nobody has given a place is an error too.
  command = "find Sources/Workbook -mindepth 1 -maxdepth 1 -type d 2>/dev/null | sort"
  while ((command | getline path) > 0) {
    for (f = 1; f <= folders; f++) if (folder[f] == path) break
    if (f > folders) complain(path ": the order in scripts/lint does not name this folder")
  }
  exit found > 0
}

function files_of(f) { return "find " folder[f] " -name '*.swift' 2>/dev/null | sort" }

# Notes what the files of a folder declare.
function read(f,    command, file, line, name) {
  command = files_of(f)
  while ((command | getline file) > 0) {
    many[f]++
    while ((getline line < file) > 0) {
      sub(/\/\/.*/, "", line)
      if (match(line, /func +[a-z_][A-Za-z0-9_]*/)) {
        name = substr(line, RSTART, RLENGTH)
        sub(/func +/, "", name)
        own[f, name]
      }
      while (sub(/^(@[A-Za-z]+(\([^)]*\))? +|public +|package +|internal +|final +|indirect +|nonisolated(\(unsafe\))? +)/, "", line)) ;
      if (line !~ /^(struct|class|enum|protocol|actor|typealias|func|let|var) +[A-Za-z_]/) continue
      sub(/^[a-z]+ +/, "", line)
      sub(/[^A-Za-z0-9_].*/, "", line)
      # A name that two folders declare cannot be told apart, and counts as the lower folder's.
      if (!(line in home)) home[line] = f
    }
    close(file)
  }
  close(command)
  if (!many[f]) complain(folder[f] ": no Swift file is there; mend the order in scripts/lint")
}

# Looks for names of later folders in the files of a folder.
function look(f,    command, file, line, number, count, piece, i, key) {
  command = files_of(f)
  while ((command | getline file) > 0) {
    number = 0
    while ((getline line < file) > 0) {
      number++
      gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
      sub(/\/\/.*/, "", line)
      count = split(line, piece, /[^A-Za-z0-9_]+/)
      for (i = 1; i <= count; i++) {
        if (!(piece[i] in home) || home[piece[i]] <= f) continue
        # A lower-case name is a function's only where it is called, and not behind a dot; it may be one
        # of the folder's own.
        if ((f, piece[i]) in own) continue
        if (piece[i] ~ /^[a-z_]/ && line !~ ("(^|[^.A-Za-z0-9_])" piece[i] "\\(")) continue
        key = file piece[i]
        if (key in told) continue
        told[key]
        complain(file ":" number ": " piece[i] " is declared in " folder[home[piece[i]]] \
          ", which stands below " folder[f] " in the order of scripts/lint")
      }
    }
    close(file)
  }
  close(command)
}

function complain(sentence) { print sentence; found++ }
