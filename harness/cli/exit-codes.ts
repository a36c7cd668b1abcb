/** Exit codes of every command; documented in `--help` and the README. */
export const EXIT = {
    /** Every verdict is the expected one; a replayed race no longer fails. */
    asExpected: 0,
    /** A race was found, or a verdict differs from the expected one; a replayed race still fails. */
    violated: 1,
    /** Nothing violated, but a run was vacuous or undecided; a replay diverged. */
    undecided: 2,
    /** The command line, the project, a scenario file or a schedule file is wrong. */
    usage: 3,
    /** A bug of this tool. */
    internal: 4,
    /** Of `fuzz-tests`: the tests fail now and then, whatever the schedule. */
    unsteady: 5,
    /** Stopped by Ctrl-C: 128 + SIGINT, as shells report it. */
    interrupted: 130
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The table that `--help` prints, of commands that judge nothing. */
export const PLAIN_EXIT_CODE_HELP = `Exit codes:
  0    done (serve: stopped by Ctrl-C)
  3    wrong command line or project, or a canister that does not compile
  4    internal error of interleave
  130  stopped by Ctrl-C`;

/** The same of `fuzz-tests`. */
export const TESTS_EXIT_CODE_HELP = `Exit codes:
  0    no test failed under any schedule (--replay: the tests pass)
  1    a test fails under a schedule (--replay: under this one)
  2    undecided: nothing could be reordered (--replay: the tests pass, but no longer meet the schedule)
  3    wrong command line or schedule file, or tests that cannot be explored
  4    internal error of interleave
  5    unsteady: a test failed, but the same schedule passes, or production's order fails too
  130  stopped by Ctrl-C`;

/** The same of the others. */
export const EXIT_CODE_HELP = `Exit codes:
  0    every verdict is the expected one (repro: the race no longer fails)
  1    a race was found or a verdict is not the expected one (repro: still fails)
  2    nothing violated, but a run was vacuous or undecided (repro: diverged)
  3    wrong command line, project, scenario file or schedule file
  4    internal error of interleave
  130  stopped by Ctrl-C; findings are kept and what was done is printed`;
