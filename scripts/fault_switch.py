"""Turns a wrong line into a choice that a program makes when it runs.

A fault is a few lines of a file and what is put in their place. `expression` and `statement` return
lines that do either: the smallest expression in which the two differ becomes
`(isFault(7) ? (wrong) : (right))`, or the whole statement `if isFault(7) { wrong } else { right }`.
So one build holds all faults, and WORKBOOK_FAULT says which of them a run has.
"""

import dataclasses
import re

# What an expression may follow, and what may follow it.
BEFORE = re.compile(
    r"(?:(?:^|[(,\[{])\s*|\s(?:[-+*/&|^]?=|&[-+*]=)\s|(?:^|[(,\[])\s*\.?\w+:\s"
    r"|\s:\s|^\s*case\b[^:]*:\s|\b(?:return|in|if|guard|while|where|case|await|try)\s)$")
AFTER = re.compile(r"\s*(?:[)\]},]|$|//)|\s(?:else|where)\b")
BLOCK = re.compile(r"\s*(?:} else )?(?:if|guard|while|for|where)\b")
ASSIGNMENT = re.compile(r"(?<![=!<>.])(?:[-+*/%|^&]|&[-+*])?=(?![=>])|<<=|>>=")
LABELLED = re.compile(r"\s*\.?\w+:\s")
STATEMENT = re.compile(r"\b(?:return|if|else|for|guard|where|throw|let|var|in|case)\b")
HANGING = re.compile(r"^(?:[+*/%<>=&|?:⊙•×]|-\s)|[-+*/%<>=!&|?:.⊙•×]$")
MODIFIER = r"(?:public|package|private|fileprivate|static|mutating|final|nonisolated(?:\(\w+\))?)"
DECLARATION = re.compile(
    rf"\s*(?:{MODIFIER}\s+)*(?:let|var|func|case|guard|init|extension|struct|default|else|import)\b|\s*}}")
PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclasses.dataclass
class Choice:
    """What stands before and behind a piece of a text, so that a run can have another in its place."""

    start: int
    end: int
    opening: str
    closing: str


def outside(text: str) -> str | None:
    """Returns what of some code stands outside all brackets, or None where one is not closed in it."""
    open_, kept = [], ""
    for character in text:
        if character in PAIRS and (not open_ or open_.pop() != PAIRS[character]):
            return None
        if not open_:
            kept += character
        if character in "([{":
            open_.append(character)
    return None if open_ else kept


def is_expression(text: str) -> bool:
    """Whether some code looks like one expression."""
    kept = outside(text)
    if not text.strip() or kept is None or HANGING.search(text.strip()):
        return False
    return not ("," in kept or LABELLED.match(text) or ASSIGNMENT.search(kept) or STATEMENT.search(kept))


def ends(line: str) -> list[int]:
    """The positions of a line at which an expression may end."""
    found = [index for index in range(1, len(line) + 1) if AFTER.match(line[index:])]
    brace = block(line)
    return sorted(set(found) if brace is None else set(found) | {brace})


def block(line: str) -> int | None:
    """The position of the block of an if, guard, while or for, where a line has one."""
    braces = re.finditer(r" {", line) if BLOCK.match(line) else []
    return next((brace.start() for brace in braces if outside(line[: brace.start()])), None)


def expression(number: int, right: str, wrong: str) -> Choice | None:
    """Returns the choice of the smallest expression in which lines differ, or None where there is no such."""
    starts = [index for index in range(len(right)) if BEFORE.search(right[:index])]
    pieces = sorted(
        (end - start, start, end) for start in starts for end in ends(right) if start < end)
    brace = block(right)
    for _, start, end in pieces:
        if brace is not None and start < brace < end:
            continue
        rest = len(right) - end
        yes, no = wrong[start : len(wrong) - rest], right[start:end]
        if wrong[:start] != right[:start] or start > len(wrong) - rest or not wrong.endswith(right[end:]):
            continue
        if yes[:1] != " " and no[:1] != " " and is_expression(yes) and is_expression(no):
            return Choice(start, end, f"(isFault({number}) ? ({yes}) : (", "))")
    return None


def statement(number: int, right: str, wrong: str) -> Choice | None:
    """Returns the choice of all lines, or None where they are no whole statements."""
    for lines in (right, wrong):
        bare = lines.strip()
        if DECLARATION.match(lines) or outside(lines) is None or HANGING.search(bare) or bare[-1:] == ",":
            return None
    return Choice(0, len(right), f"if isFault({number}) {{\n{wrong}\n}} else {{\n", "\n}")


def chosen(text: str, choices: list[Choice]) -> str:
    """Returns a text with choices in it, one inside another where they overlap."""
    inserts = []
    for order, choice in enumerate(choices):
        length = choice.end - choice.start
        inserts.append((choice.start, 1, -length, order, choice.opening))
        inserts.append((choice.end, 0, length, -order, choice.closing))
    written, position = "", 0
    for index, *_, piece in sorted(inserts):
        written += text[position:index] + piece
        position = index
    return written + text[position:]
