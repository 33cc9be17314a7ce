package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Nearest;
import java.util.EnumSet;
import java.util.Set;
import org.apache.commons.jexl3.parser.ASTAddNode;
import org.apache.commons.jexl3.parser.ASTAndNode;
import org.apache.commons.jexl3.parser.ASTDivNode;
import org.apache.commons.jexl3.parser.ASTEQNode;
import org.apache.commons.jexl3.parser.ASTFalseNode;
import org.apache.commons.jexl3.parser.ASTGENode;
import org.apache.commons.jexl3.parser.ASTGTNode;
import org.apache.commons.jexl3.parser.ASTIdentifier;
import org.apache.commons.jexl3.parser.ASTJexlScript;
import org.apache.commons.jexl3.parser.ASTLENode;
import org.apache.commons.jexl3.parser.ASTLTNode;
import org.apache.commons.jexl3.parser.ASTModNode;
import org.apache.commons.jexl3.parser.ASTMulNode;
import org.apache.commons.jexl3.parser.ASTNENode;
import org.apache.commons.jexl3.parser.ASTNotNode;
import org.apache.commons.jexl3.parser.ASTNumberLiteral;
import org.apache.commons.jexl3.parser.ASTOrNode;
import org.apache.commons.jexl3.parser.ASTReference;
import org.apache.commons.jexl3.parser.ASTReferenceExpression;
import org.apache.commons.jexl3.parser.ASTSubNode;
import org.apache.commons.jexl3.parser.ASTTrueNode;
import org.apache.commons.jexl3.parser.ASTUnaryMinusNode;
import org.apache.commons.jexl3.parser.ASTUnaryPlusNode;
import org.apache.commons.jexl3.parser.JexlNode;

/** Lets through numbers, comparisons and logic; of everything else the language can do, nothing. */
final class ConditionCheck {
  private enum Type {
    NUMBER,
    TRUTH
  }

  private final Set<AlertVariable> variables = EnumSet.noneOf(AlertVariable.class);

  /**
   * The variables of a condition.
   *
   * @throws AlertConditionException when it does what it may not, or is neither true nor false
   */
  static Set<AlertVariable> variables(JexlNode condition) {
    var check = new ConditionCheck();
    if (check.type(condition) != Type.TRUTH) {
      throw new AlertConditionException(
          "is a number, neither true nor false: compare it, for example failed_count > 100");
    }
    return check.variables;
  }

  private Type type(JexlNode node) {
    return switch (node) {
      case ASTJexlScript script when script.jjtGetNumChildren() == 1 -> type(child(script, 0));
      case ASTReference one when one.jjtGetNumChildren() == 1 -> type(child(one, 0));
      case ASTReferenceExpression one when one.jjtGetNumChildren() == 1 -> type(child(one, 0));
      case ASTTrueNode _, ASTFalseNode _ -> Type.TRUTH;
      case ASTNumberLiteral _ -> Type.NUMBER;
      case ASTIdentifier name -> variable(name);
      case ASTAndNode _, ASTOrNode _, ASTNotNode _ -> of(node, Type.TRUTH, Type.TRUTH);
      case ASTGTNode _, ASTGENode _, ASTLTNode _, ASTLENode _, ASTEQNode _, ASTNENode _ ->
          of(node, Type.NUMBER, Type.TRUTH);
      case ASTAddNode _,
          ASTSubNode _,
          ASTMulNode _,
          ASTDivNode _,
          ASTModNode _,
          ASTUnaryMinusNode _,
          ASTUnaryPlusNode _ ->
          of(node, Type.NUMBER, Type.NUMBER);
      default ->
          throw wrong(
              node, "only variables, numbers, + - * / %, comparisons, && || ! and ( ) are allowed");
    };
  }

  private Type of(JexlNode node, Type wanted, Type result) {
    for (int i = 0; i < node.jjtGetNumChildren(); i++) {
      JexlNode child = child(node, i);
      if (type(child) != wanted) {
        throw wrong(
            child,
            wanted == Type.NUMBER
                ? "a number is needed here, not true or false"
                : "true or false is needed here, not a number: compare it");
      }
    }
    return result;
  }

  private Type variable(ASTIdentifier node) {
    String name = node.getName();
    variables.add(
        AlertVariable.of(name)
            .orElseThrow(() ->
                wrong(
                    node,
                    "unknown variable \""
                        + name
                        + '"'
                        + Nearest.typoOf(name, AlertVariable.names())
                            .map(near -> "; did you mean \"" + near + "\"?")
                            .orElse(".")
                        + " There are: "
                        + String.join(", ", AlertVariable.names()))));
    return Type.NUMBER;
  }

  private static JexlNode child(JexlNode node, int index) {
    return node.jjtGetChild(index);
  }

  private static AlertConditionException wrong(JexlNode node, String message) {
    return new AlertConditionException(
        "line %d, column %d of the condition: %s"
            .formatted(node.getLine(), node.getColumn(), message));
  }
}
