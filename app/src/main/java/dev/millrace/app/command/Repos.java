package dev.millrace.app.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Single repos, by an operator's hand. */
@Command(
    name = "repos",
    header =
        "Repos: asks for them, says how they stand, begins one anew, compares all with a list.",
    footer = {
      "",
      "Examples:",
      "  millrace repos add --priority did:plc:ewvi7nxzyoun6zhxrhs64oiz alice.example.com",
      "  millrace repos import dids.txt",
      "  millrace repos show alice.example.com",
      "  millrace repos reset did:plc:ewvi7nxzyoun6zhxrhs64oiz",
      "  millrace repos reconcile --relay bsky.network"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      ReposAdd.class,
      ReposImport.class,
      ReposShow.class,
      ReposReset.class,
      ReposReconcile.class
    })
final class Repos implements Runnable {
  /** Of add, import and reset: each writes one short transaction. */
  static final String TRANSACTIONAL_ID = "millrace-command-repos";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "add, import, show, reset or reconcile?");
  }
}
