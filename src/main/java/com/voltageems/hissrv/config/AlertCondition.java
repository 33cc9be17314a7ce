package com.voltageems.hissrv.config;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.jexl3.JexlBuilder;
import org.apache.commons.jexl3.JexlEngine;
import org.apache.commons.jexl3.JexlException;
import org.apache.commons.jexl3.JexlExpression;
import org.apache.commons.jexl3.JexlFeatures;
import org.apache.commons.jexl3.JexlInfo;
import org.apache.commons.jexl3.MapContext;
import org.apache.commons.jexl3.introspection.JexlPermissions;
import org.apache.commons.jexl3.parser.Parser;

/** When an alert fires; known to be evaluable and harmless. Equal when written alike. */
public final class AlertCondition {
  private static final int MOST_CHARS = 1_000;
  private static final int DEEPEST = 10;

  /** No quotes, brackets, braces, dots before names: no texts, members or blocks. */
  private static final Pattern OTHER_CHARACTER = Pattern.compile("[^\\w.<>=!&|+\\-*/%()\\s]");

  private static final JexlFeatures FEATURES = JexlFeatures.createNone();

  private static final JexlEngine ENGINE =
      new JexlBuilder()
          .permissions(JexlPermissions.SECURE)
          .features(FEATURES)
          .strict(true)
          .safe(false)
          .silent(false)
          .create();

  private final String text;
  private final JexlExpression expression;
  private final Set<AlertVariable> variables;

  private AlertCondition(String text, JexlExpression expression, Set<AlertVariable> variables) {
    this.text = text;
    this.expression = expression;
    this.variables = Set.copyOf(variables);
  }

  /**
   * Reads a condition.
   *
   * @throws IllegalArgumentException saying what is wrong and where, when it can't be evaluated
   */
  public static AlertCondition of(String text) {
    try {
      refuseStrange(text);
      var parsed = new Parser(text).parse(new JexlInfo(), FEATURES, text, null);
      Set<AlertVariable> variables = ConditionCheck.variables(parsed);
      return new AlertCondition(text, ENGINE.createExpression(text), variables);
    } catch (JexlException e) {
      JexlInfo at = e.getInfo();
      throw new IllegalArgumentException(
          at == null
              ? "is no condition"
              : "line %d, column %d of the condition: not understood, or not allowed"
                  .formatted(at.getLine(), at.getColumn()),
          e);
    } catch (AlertConditionException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static void refuseStrange(String text) {
    if (text.length() > MOST_CHARS) {
      throw new AlertConditionException(
          "has %d characters, at most %d are allowed".formatted(text.length(), MOST_CHARS));
    }
    Matcher other = OTHER_CHARACTER.matcher(text);
    if (other.find()) {
      throw new AlertConditionException(
          "character %d of the condition: '%s' is not allowed in a condition"
              .formatted(other.start() + 1, other.group()));
    }
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
      if (depth > DEEPEST) {
        throw new AlertConditionException(
            "character %d of the condition: more than %d open parentheses"
                .formatted(i + 1, DEEPEST));
      }
    }
  }

  /** What it asks for. */
  public Set<AlertVariable> variables() {
    return variables;
  }

  /**
   * Whether it holds; empty when that can't be told, as in a division by zero.
   *
   * @param values of all its variables
   */
  public Optional<Boolean> holds(Map<AlertVariable, Double> values) {
    var byName = new HashMap<String, Object>();
    new EnumMap<>(values).forEach((variable, value) -> byName.put(variable.written(), value));
    try {
      return Optional.of((Boolean) expression.evaluate(new MapContext(byName)));
    } catch (JexlException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AlertCondition that && that.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it is written. */
  @Override
  public String toString() {
    return text;
  }
}
