import ArgumentParser
import Grader
import Workbook

/// The command that a reader types.
@main
struct ChapterRunner: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: CommandName.typed,
    abstract: "Runs the chapters of “Backprop, Checked”: neural networks from scratch in Swift.",
    discussion: """
      \(CommandName.typed) 4           runs chapter 4 (as does: \(CommandName.typed) run 4)
      \(CommandName.typed) 4 --guess   waits at each question for your own answer
      \(CommandName.typed) 4 --verbose shows every number and every check
      \(CommandName.typed) 4 --quick   trains for a shorter time, for a first look
      \(CommandName.typed) list        names the chapters and the exercises
      \(CommandName.typed) next        names the exercise to do next
      \(CommandName.typed) check 4     checks your answers to the exercises of chapter 4
      \(CommandName.typed) hint 4.2    shows a hint for an exercise
      \(CommandName.typed) certify mine.npz  judges gradients from a program of your own
      \(CommandName.typed) book        weaves the book from the chapters and their runs
      \(CommandName.typed) bench       times steps of training
      \(CommandName.typed) doctor      looks at this machine and says what is missing

      Exit codes: 0 all that was asked holds, 1 a check failed, 64 wrong usage,
      65 unreadable data, 66 no such input, 69 a program is missing,
      70 our own fault, 73 the output cannot be written, 75 an answer did not
      compile, crashed or did not end.
      """,
    subcommands: [
      Run.self, List.self, CheckCommand.self, HintCommand.self, NextCommand.self, WatchCommand.self,
      ResetCommand.self, SolutionCommand.self, GradeCommand.self, CertifyCommand.self,
      WeaveCommand.self, Bench.self, Doctor.self, CrashDemonstration.self, Dev.self,
    ],
    defaultSubcommand: Run.self)

  static func main() {
    if let problem = BuildTarget.current.problem {
      Output.error.write(problem + "\n")
      exit(withError: ExitCode.unavailable)
    }
    configureAllocator()
    main(nil)
  }
}

extension ExitCode {
  /// The data cannot be read (EX_DATAERR).
  static let unreadableData = ExitCode(65)
  /// There is no such input (EX_NOINPUT).
  static let noSuchInput = ExitCode(66)
  /// A program that is needed is missing (EX_UNAVAILABLE).
  static let unavailable = ExitCode(69)
  /// An answer did not compile, crashed or did not end (EX_TEMPFAIL).
  static let didNotRun = ExitCode(75)
  /// The output cannot be created (EX_CANTCREAT).
  static let cannotCreate = ExitCode(73)
  /// The fault is ours (EX_SOFTWARE).
  static let ownFault = ExitCode(70)
}
