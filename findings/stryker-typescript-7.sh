#!/usr/bin/env bash
# One would guess: Stryker mutates a JavaScript project with the command runner whatever `typescript` is installed beside it. It names
#   no range of TypeScript that it needs, and no checker or plugin for TypeScript is in use.
# What happens with @stryker-mutator/core 10.0.0 and 10.1.1 beside typescript 7.0.2: as soon as a tsconfig.json is there, Stryker reads
#   it through a function of the compiler's API that TypeScript 7 does not export, and ends with a TypeError before the first mutant.
#   Beside typescript 6.0.3 the same project is mutated. With `tsconfigFile` naming a file that does not exist, it is with 7.0.2 too.
# Who is hurt: projects that moved to TypeScript 7 for `tsc` alone; the message names neither TypeScript's version nor the option.
#
# Seen with Node 24.21 on x86-64 Linux:
#   core 10.0.0, typescript 6.0.3                      all 5 mutants killed
#   core 10.0.0, typescript 7.0.2                      TypeError: ts.parseConfigFileTextToJson is not a function
#   core 10.0.0, typescript 7.0.2, other tsconfigFile  all 5 mutants killed
#   core 10.1.1, typescript 7.0.2                      TypeError: ts.parseConfigFileTextToJson is not a function
#
# Needs Node 22 or newer with npm (Stryker does). Exits with 1 when any of this is no longer so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# @param 1 version of Stryker, 2 version of TypeScript, 3 the tsconfig that Stryker is to read
outcome() {
  rm -rf project && mkdir project
  (
    cd project
    echo '{"private":true,"type":"module"}' > package.json
    echo '{"compilerOptions":{"strict":true}}' > tsconfig.json
    echo 'export const isAdult = (age) => age > 17;' > adult.js
    echo "import { isAdult } from './adult.js'; process.exitCode = isAdult(18) && !isAdult(17) ? 0 : 1;" > check.js
    cat > stryker.config.json <<JSON
{
  "testRunner": "command",
  "commandRunner": { "command": "node check.js" },
  "mutate": ["adult.js"],
  "reporters": ["clear-text"],
  "tsconfigFile": "$3",
  "allowConsoleColors": false
}
JSON
    npm install --silent --no-audit --no-fund --save-exact "@stryker-mutator/core@$1" "typescript@$2" >/dev/null 2>&1
    npx stryker run > output.txt 2>&1 || true
    grep -o -m 1 'TypeError: .*' output.txt || sed -n 's/^All files *| *\([0-9.]*\) .*/score \1/p' output.txt
  )
}

expect() {
  local said
  said=$(outcome "$2" "$3" "$4")
  echo "core $2, typescript $3, $4: $said"
  [ "$said" = "$1" ] || { echo "was: $1"; exit 1; }
}

missing='TypeError: ts.parseConfigFileTextToJson is not a function'
expect 'score 100.00' 10.0.0 6.0.3 tsconfig.json
expect "$missing" 10.0.0 7.0.2 tsconfig.json
expect 'score 100.00' 10.0.0 7.0.2 none.json
expect "$missing" 10.1.1 7.0.2 tsconfig.json
