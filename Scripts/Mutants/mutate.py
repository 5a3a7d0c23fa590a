"""Finds operators that no test looks at. Scripts/mutate says how it is called."""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

TREE = Path(".build/mutants")
OPPOSITES = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&", "+": "-", "-": "+",
}
PRECEDENCE = {
    "<": "Comparison", "<=": "Comparison", ">": "Comparison", ">=": "Comparison", "==": "Comparison",
    "!=": "Comparison", "&&": "LogicalConjunction", "||": "LogicalDisjunction", "+": "Addition", "-": "Addition",
}
SQL_OPPOSITES = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "=", "IS NOT": "IS", "IS": "IS NOT"}
SQL_FILES = ["Sources/FaregateSQLite/Books/ChargeProgram.swift", "Sources/FaregateSQLite/Books/LimitProgram.swift"]
CORE = "Sources/Faregate"
# What runs for a mutant, one after the other, until something fails. The text of the SQL is no test of what it does.
CORE_TESTS = ["--filter", "^FaregateTests\\."]
SQL_TESTS = ["--filter", "^FaregateSQLiteTests\\.", "--skip", "GoldenTests|VersionFileTests|MigrationTests"]
# With True all cases of each test, otherwise a sample. The quick ones come first.
STAGES = {
    "core": [(CORE_TESTS, False), (SQL_TESTS, False), (CORE_TESTS, True)],
    "sql": [
        (["--filter", "FaregateSQLiteTests.(Charging|Precedence|Limit|Closing|KeyRepeat|Grant|Counter|Holder)Tests"], True),
        (SQL_TESTS, False),
        (["--filter", "FaregateSQLiteTests.ConformanceTests"], True),
        (SQL_TESTS, True),
    ],
}
# The longest time for a stage, by whether it has all cases. A change can make a search endless.
STAGE_SECONDS = {False: 300, True: 900}


@dataclass
class Mutant:
    number: int
    kind: str
    file: str
    line: int
    column: int
    old: str
    new: str

    def __str__(self):
        return f"{self.number:4}  {self.file}:{self.line}: `{self.old}` becomes `{self.new}`"


def core_places():
    """Operators with a blank on either side, outside of comments and texts."""
    pattern = re.compile(r"(?<= )(<=|>=|==|!=|&&|\|\||<|>|\+|-)(?= )")
    for file in sorted(Path(CORE).rglob("*.swift")):
        is_text = False
        for number, line in enumerate(file.read_text().split("\n"), 1):
            if line.count('"""') % 2:
                is_text = not is_text
            code = line.partition("//")[0]
            if is_text or re.search(r"\bfunc\b|\boperator\b|\bwhere\b.*==", code):
                continue
            for match in pattern.finditer(code):
                if code[: match.start()].count('"') % 2 == 0:
                    yield "core", str(file), number, match.start(), match[0], OPPOSITES[match[0]]


def sql_places():
    """Comparisons in texts of several lines; an assignment after SET is none."""
    pattern = re.compile(r"(?<= )(<=|>=|<>|IS NOT|IS|=|<|>)(?= )")
    for file in SQL_FILES:
        is_text = is_set = False
        for number, line in enumerate(Path(file).read_text().split("\n"), 1):
            if line.count('"""') % 2:
                is_text = not is_text
                continue
            code = line.partition("--")[0]
            if not is_text:
                continue
            is_set = (is_set or bool(re.search(r"\bSET\b", code))) and not re.search(r"\bWHERE\b|;", code)
            for match in pattern.finditer(code):
                before = code[: match.start()]
                assigns = match[0] == "=" and (is_set or re.search(r"\bSET\b(?!.*\bWHERE\b)", before))
                if not assigns and before.count("\\(") == before.count(")"):
                    yield "sql", file, number, match.start(), match[0], SQL_OPPOSITES[match[0]]


def choose(arguments):
    places = []
    if arguments.only != "core":
        places += sql_places()
    if arguments.only != "sql":
        core = list(core_places())
        places += sorted(random.Random(arguments.seed).sample(core, min(arguments.count, len(core))))
    return [Mutant(number, *place) for number, place in enumerate(places, 1)]


def operator(mutant):
    """The operator, with its number behind it in arrows: four directions, four digits."""
    digits = [mutant.number >> shift & 3 for shift in (8, 6, 4, 2, 0)]
    return mutant.old + "".join("←↑→↓"[digit] for digit in digits)


def definition(mutant):
    old, new, name = mutant.old, mutant.new, operator(mutant)
    pick = f"chosenMutant == {mutant.number} ? a {new} b : a {old} b"
    head = f"infix operator {name}: {PRECEDENCE[old]}Precedence\n"
    if old in ("&&", "||"):
        pick = f"chosenMutant == {mutant.number} ? try a {new} b() : try a {old} b()"
        return head + f"func {name} (a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool {{ {pick} }}\n"
    if old in ("+", "-"):
        return head + f"func {name} <T: AdditiveArithmetic>(a: T, b: T) -> T {{ {pick} }}\n"
    if old in ("==", "!="):
        compare = f"chosenMutant == {mutant.number} ? a {new} nil : a {old} nil"
        return (
            head + f"func {name} <T: Equatable>(a: T, b: T) -> Bool {{ {pick} }}\n"
            f"func {name} <T>(a: T?, b: _OptionalNilComparisonType) -> Bool {{ {compare} }}\n"
        )
    return head + f"func {name} <T: Comparable>(a: T, b: T) -> Bool {{ {pick} }}\n"


CHOICE = """import Foundation

/// The number of the change that is on; 0 for none.
let chosenMutant = Int(ProcessInfo.processInfo.environment["FAREGATE_MUTANT"] ?? "") ?? 0
func mutated(_ number: Int, _ old: String, _ new: String) -> String { chosenMutant == number ? new : old }
"""


def instrument(mutants):
    """Writes the tree anew, with all the mutants in it."""
    for file in {mutant.file for mutant in mutants} | {f for f in SQL_FILES} | {str(f) for f in Path(CORE).rglob("*.swift")}:
        lines = Path(file).read_text().split("\n")
        here = [mutant for mutant in mutants if mutant.file == file]
        for mutant in sorted(here, key=lambda m: (m.line, -m.column)):
            line = lines[mutant.line - 1]
            if mutant.kind == "sql":
                text = f'\\(mutated({mutant.number}, "{mutant.old}", "{mutant.new}"))'
            else:
                text = operator(mutant)
            lines[mutant.line - 1] = line[: mutant.column] + text + line[mutant.column + len(mutant.old):]
        write(TREE / file, "\n".join(lines))
    operators = "".join(definition(mutant) for mutant in mutants if mutant.kind == "core")
    write(TREE / CORE / "Mutants.swift", CHOICE + operators)
    write(TREE / "Sources/FaregateSQLite/Mutants.swift", CHOICE)


def write(file, text):
    if not file.exists() or file.read_text() != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def copy_tree():
    tracked = subprocess.check_output(["git", "ls-files"], text=True).split("\n")
    for file in filter(None, tracked):
        source, target = Path(file), TREE / file
        if source.exists() and (not target.exists() or source.stat().st_mtime > target.stat().st_mtime):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def build(mutants):
    """Builds; leaves out what doesn't compile, such as the + of two texts."""
    while True:
        instrument(mutants)
        run = subprocess.run(["swift", "build", "--build-tests"], cwd=TREE, capture_output=True, text=True)
        if run.returncode == 0:
            return mutants
        wrong = {(m[1], int(m[2])) for m in re.finditer(r"(Sources/\S+\.swift):(\d+):\d+: error", run.stdout + run.stderr)}
        left = [m for m in mutants if (m.file, m.line) not in wrong]
        if len(left) == len(mutants):
            sys.exit("the tree doesn't build:\n" + run.stdout[-3000:] + run.stderr[-3000:])
        print(f"{len(mutants) - len(left)} changes don't compile and are left out", file=sys.stderr)
        mutants = left


def passes(command, environment, shows):
    """Whether all tests pass in time. The first failure ends the run."""
    run = subprocess.Popen(
        command, cwd=TREE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", start_new_session=True,
    )
    # The session has the programs that the tests started, too.
    end = ["pkill", "-KILL", "--session", str(run.pid)]
    clock = threading.Timer(STAGE_SECONDS[environment["FAREGATE_THOROUGH"] == "1"], subprocess.run, (end,))
    clock.start()
    for line in run.stdout:
        if shows:
            print(line, end="")
        elif line.startswith("✘"):
            subprocess.run(end)
            break
    clock.cancel()
    return run.wait() == 0


def line_of(mutant):
    return Path(mutant.file).read_text().split("\n")[mutant.line - 1].strip()


def reasons():
    """Why a change makes no difference: file, line, operator and reason, with a blank line between two of them."""
    text = Path("Scripts/Mutants/reasons.txt").read_text()
    entries = [entry.split("\n") for entry in text.strip().split("\n\n")]
    return {(file, line, operator): " ".join(reason) for file, line, operator, *reason in entries}


def is_noticed(mutant, shows=False):
    number = str(mutant.number if mutant else 0)
    environment = dict(os.environ, FAREGATE_MUTANT=number, SWIFT_BACKTRACE="enable=no")
    for tests, is_thorough in STAGES[mutant.kind] if mutant else [STAGES["core"][0], STAGES["sql"][0]]:
        command = ["swift", "test", "--skip-build", *tests]
        environment["FAREGATE_THOROUGH"] = "1" if is_thorough else "0"
        if not passes(command, environment, shows):
            return True
    return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=["sql", "core"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--mutant", type=int)
    parser.add_argument("--from", type=int, default=1, dest="first")
    arguments = parser.parse_args()
    mutants = choose(arguments)
    copy_tree()
    print(f"building {len(mutants)} changes …", file=sys.stderr)
    mutants = build(mutants)
    if is_noticed(None):
        sys.exit("the tests fail without any change: nothing can be learned from them")
    mutants = [mutant for mutant in mutants if mutant.number >= arguments.first]
    if arguments.mutant:
        mutants = [mutant for mutant in mutants if mutant.number == arguments.mutant]
    survivors = []
    for place, mutant in enumerate(mutants, 1):
        noticed = is_noticed(mutant, shows=bool(arguments.mutant))
        print(f"{place} of {len(mutants)}  {'noticed ' if noticed else 'SURVIVES'}  {mutant}", file=sys.stderr)
        if not noticed:
            survivors.append(mutant)
    print(f"{len(mutants) - len(survivors)} of {len(mutants)} changes were noticed by a test")
    for mutant in survivors:
        print(mutant)
        print("      " + reasons().get((mutant.file, line_of(mutant), mutant.old), "no reason is known: write a test"))


main()
