package com.voltageems.hissrv.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code api:} */
final class ApiReader {
  private static final List<String> KEYS =
      List.of("host", "port", "tls", "tokens", "read_without_token", "allowed_hosts", "cors");

  private static final List<String> ROLES =
      List.of(Role.READ.word(), Role.OPERATE.word(), Role.ADMIN.word());

  private static final String NAME = "[A-Za-z0-9._@-]{1,64}";
  private static final String NAME_ALLOWED = "1 to 64 letters, digits, '.', '_', '-' and '@'";
  private static final String HASH = ApiToken.SCHEME + "[0-9a-f]{64}";
  private static final String HASH_ALLOWED =
      ApiToken.SCHEME + " and 64 hexadecimal digits, which ./hissrv token create prints";
  private static final String ORIGIN =
      "https?://[a-z0-9.-]+(:\\d{1,5})?|https?://\\[[0-9a-f:]+](:\\d{1,5})?";
  private static final String ORIGIN_ALLOWED =
      "an origin such as https://grafana.example:3000, in lower case, without a path and without *";

  private static final String HOST = "[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\\*";
  private static final String HOST_ALLOWED =
      "a host's name such as history.example, in lower case, without a port; or * for any";

  private ApiReader() {}

  static ApiConfig read(Value value) {
    var section = Section.of(value, KEYS);
    var defaults = ApiConfig.defaults();
    return new ApiConfig(
        section.text("host", defaults.host()),
        section.integer("port", defaults.port(), 0, 65_535),
        section.get("tls").flatMap(ApiReader::tls),
        new ApiAccess(
            section.get("tokens").map(ApiReader::tokens).orElseGet(List::of),
            section.flag("read_without_token", defaults.access().readWithoutToken()),
            section.get("cors").map(ApiReader::origins).orElseGet(List::of),
            section.get("allowed_hosts").map(ApiReader::hosts).orElseGet(List::of)));
  }

  private static Optional<ApiTls> tls(Value value) {
    var section = Section.of(value, List.of("cert", "key"));
    var certificate = section.require("cert").flatMap(PemFile::read);
    var key = section.require("key").flatMap(PemFile::read);
    return certificate.isPresent() && key.isPresent()
        ? Optional.of(new ApiTls(certificate.get(), key.get()))
        : Optional.empty();
  }

  private static List<ApiToken> tokens(Value value) {
    if (value.isNull()) {
      return List.of();
    }
    var names = new HashSet<String>();
    var hashes = new HashSet<String>();
    var tokens = new ArrayList<ApiToken>();
    for (Value row : value.items("a list of rows with name, role and hash")) {
      token(row, names, hashes).ifPresent(tokens::add);
    }
    return tokens;
  }

  private static Optional<ApiToken> token(Value row, Set<String> names, Set<String> hashes) {
    var section = Section.of(row, List.of("name", "role", "hash"));
    Optional<String> name = matching(section.require("name"), NAME, NAME_ALLOWED);
    Optional<String> role = section.require("role").flatMap(v -> v.word(ROLES));
    Optional<String> hash = matching(section.require("hash"), HASH, HASH_ALLOWED);
    if (name.isPresent() && !names.add(name.get())) {
      row.problem("token " + section.shown("name") + " is given twice");
    }
    if (hash.isPresent() && !hashes.add(hash.get())) {
      row.problem("is the same token as another one");
    }
    if (name.isEmpty() || role.isEmpty() || hash.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ApiToken(
            name.get(),
            Role.valueOf(role.get().toUpperCase(Locale.ROOT)),
            hash.get().substring(ApiToken.SCHEME.length())));
  }

  /** A text of this form. What else was found is not shown: it may be the token itself. */
  private static Optional<String> matching(Optional<Value> value, String form, String allowed) {
    value.ifPresent(v -> v.shape().form("(" + form + ")"));
    Optional<String> text = value.flatMap(v -> v.scalar(allowed));
    if (text.isPresent() && !text.get().matches(form)) {
      value.get().problem("is not of the form allowed here: " + allowed);
      return Optional.empty();
    }
    return text;
  }

  private static List<String> hosts(Value value) {
    var hosts = new LinkedHashSet<String>();
    for (Value item : value.items("a list of names of hosts")) {
      matching(Optional.of(item), HOST, HOST_ALLOWED).ifPresent(hosts::add);
    }
    return List.copyOf(hosts);
  }

  private static List<String> origins(Value value) {
    var origins = new LinkedHashSet<String>();
    var section = Section.of(value, List.of("origins"));
    for (Value item :
        section.get("origins").map(v -> v.items("a list of origins")).orElseGet(List::of)) {
      matching(Optional.of(item), ORIGIN, ORIGIN_ALLOWED).ifPresent(origins::add);
    }
    return List.copyOf(origins);
  }
}
