package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.config.ApiToken;
import com.voltageems.hissrv.config.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tokens for the API. */
@Command(
    name = "token",
    description = "Makes and lists the API's tokens.",
    subcommands = {TokenCommand.Create.class, TokenCommand.Listing.class},
    footer = {
      "",
      "Examples:",
      "  hissrv token create --role read --name grafana",
      "  hissrv token list"
    })
final class TokenCommand implements Runnable {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  TokenCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what about tokens? There are: " + String.join(", ", spec.subcommands().keySet()));
  }

  /** Prints a new one; nothing is written down. */
  @Command(
      name = "create",
      description = "Prints a new token, once, and the lines for the configuration that let it in.",
      footer = {
        "",
        "Examples:",
        "  hissrv token create --role read --name grafana",
        "  hissrv token create --role admin --name wang --json"
      })
  static final class Create implements Callable<Integer> {
    private static final String NAME = "[A-Za-z0-9._@-]{1,64}";

    @ParentCommand private TokenCommand tokens;
    @Spec private CommandSpec spec;

    @Option(
        names = "--role",
        required = true,
        paramLabel = "ROLE",
        description = "read, operate (and read) or admin (all).")
    private String role;

    @Option(
        names = "--name",
        required = true,
        paramLabel = "NAME",
        description = "Whose it is; the audit log names it.")
    private String name;

    @SuppressWarnings("NullAway.Init") // picocli sets them
    Create() {}

    @Override
    public Integer call() {
      if (!name.matches(NAME)) {
        throw new ParameterException(
            spec.commandLine(),
            "--name may have letters, digits, '.', '_', '-' and '@', 64 at most");
      }
      Role given =
          List.of(Role.READ, Role.OPERATE, Role.ADMIN).stream()
              .filter(one -> one.word().equals(role))
              .findFirst()
              .orElseThrow(() ->
                  new ParameterException(
                      spec.commandLine(), "--role must be read, operate or admin"));
      String text = ApiToken.random();
      String hash = ApiToken.SCHEME + ApiToken.of(name, given, text).hash();
      System.out.printf(
          """
          The token, shown this once:
            %s
          Under api: tokens: of the configuration (it is followed without a restart):
            - {name: "%s", role: %s, hash: "%s"}
          """,
          text, name, given.word(), hash);
      tokens.main.result.putAll(
          Map.of("token", text, "name", name, "role", given.word(), "hash", hash));
      return 0;
    }
  }

  /** Those of the configuration. */
  @Command(
      name = "list",
      description = "Names and roles of the configuration's tokens.",
      footer = {
        "",
        "Examples:",
        "  hissrv token list",
        "  hissrv token list --config /etc/hissrv/default.yml --json"
      })
  static final class Listing implements Callable<Integer> {
    @ParentCommand private TokenCommand tokens;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    Listing() {}

    @Override
    public Integer call() {
      var listed = new ArrayList<Map<String, Object>>();
      List<ApiToken> configured =
          ServiceOptions.configuration(tokens.main, System.getenv()).api().access().tokens();
      for (ApiToken token : configured) {
        System.out.printf("%-8s %s%n", token.role().word(), token.name());
        var one = new LinkedHashMap<String, Object>();
        one.put("name", token.name());
        one.put("role", token.role().word());
        listed.add(one);
      }
      if (configured.isEmpty()) {
        System.out.println("no tokens: reading is open, changing only from the machine itself");
      }
      tokens.main.result.put("tokens", listed);
      return 0;
    }
  }
}
