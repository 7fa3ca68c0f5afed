#!/usr/bin/env bash
# How many lines of each floor its tests run: builds with gcov in build/coverage, runs the tests of the floors, and those of
# readers that stand elsewhere, and prints a line a floor. With the name of a floor also the lines that no test runs.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p build
cmake --preset coverage >build/coverage.log || { cat build/coverage.log; exit 1; }
cmake --build --preset coverage >>build/coverage.log || { cat build/coverage.log; exit 1; }
find build/coverage -name '*.gcda' -delete
for test in base text store data fuzz; do
  "build/coverage/tests/recura_test_$test" --gtest_brief=1 >>build/coverage.log || { tail -30 build/coverage.log; exit 1; }
done

exec python3 - "$PWD" "${1:-}" <<'PYTHON'
import gzip, json, pathlib, subprocess, sys, tempfile
root, shown = pathlib.Path(sys.argv[1]), sys.argv[2]
floors = ("base", "text", "store", "data")
counts = {}  # file: {line: executions}
for notes in (path for floor in floors for path in (root / f"build/coverage/CMakeFiles/recura_{floor}.dir").glob("**/*.gcda")):
    with tempfile.TemporaryDirectory() as folder:  # one each: files of one name would take each other's place
        subprocess.run(["gcov", "--json-format", notes], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for path in pathlib.Path(folder).glob("*.gz"):
            found = json.load(gzip.open(path))
            for file in found["files"]:
                name = (pathlib.Path(found["current_working_directory"]) / file["file"]).resolve()
                if not name.is_relative_to(root / "src"): continue
                lines = counts.setdefault(str(name.relative_to(root / "src")), {})
                for line in file["lines"]:
                    lines[line["line_number"]] = lines.get(line["line_number"], 0) + line["count"]
for floor in floors:
    lines = [count for name, of in counts.items() if name.startswith(floor + "/") for count in of.values()]
    print(f"{floor:<6} {100 * sum(count > 0 for count in lines) / len(lines):6.2f} % of {len(lines)} lines")
for name in sorted(counts):
    missed = [str(line) for line, count in sorted(counts[name].items()) if count == 0]
    if missed and shown and name.startswith(shown + "/"): print(f"  src/{name}: {' '.join(missed)}")
PYTHON
