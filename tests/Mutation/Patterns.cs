using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ips.Mutation;

/// <summary>Changed copies of a pattern: another limit, an alternative left out, a condition left out.</summary>
internal static class Patterns
{
    public static IEnumerable<(string Text, string What)> Of(PatternSyntax pattern) =>
        Changes(pattern).Select(c => (c, Rewriter.Short(SyntaxFactory.ParseExpression("x is " + c))["x is ".Length..]));

    private static IEnumerable<string> Changes(PatternSyntax pattern) => pattern switch
    {
        ParenthesizedPatternSyntax inner => Changes(inner.Pattern).Select(c => $"({c})"),
        ConstantPatternSyntax { Expression: LiteralExpressionSyntax literal } => Literals(literal),
        RelationalPatternSyntax relational => Relations(relational),
        UnaryPatternSyntax not => Changes(not.Pattern).Select(c => $"not ({c})"),
        BinaryPatternSyntax both =>
        [
            .. Alone(both.Right, both.Left), .. Alone(both.Left, both.Right),
            .. Changes(both.Left).Select(c => $"({c}) {both.OperatorToken} {both.Right}"),
            .. Changes(both.Right).Select(c => $"{both.Left} {both.OperatorToken} ({c})"),
        ],
        RecursivePatternSyntax recursive => Members(recursive),
        _ => [],
    };

    /// <summary>Each part of an object or a tuple changed, and left out where nothing is named in it.</summary>
    private static IEnumerable<string> Members(RecursivePatternSyntax pattern)
    {
        foreach (var part in pattern.DescendantNodes(n => n == pattern || n is PropertyPatternClauseSyntax or PositionalPatternClauseSyntax)
            .OfType<SubpatternSyntax>())
        {
            List<string> becomes = [.. Changes(part.Pattern)];
            if (part.Pattern is not DiscardPatternSyntax && Variables.In(part).Count == 0)
                becomes.Add("_");
            foreach (var text in becomes)
            {
                yield return pattern.ToString()[..(part.Pattern.SpanStart - pattern.SpanStart)] + text
                    + pattern.ToString()[(part.Pattern.Span.End - pattern.SpanStart)..];
            }
        }
    }

    private static IEnumerable<string> Alone(PatternSyntax dropped, PatternSyntax stored) => Variables.In(dropped).Count == 0 ? [stored.ToString()] : [];

    private static IEnumerable<string> Literals(LiteralExpressionSyntax literal) => literal.Kind() switch
    {
        SyntaxKind.NumericLiteralExpression => Rewriter.Numbers(literal),
        SyntaxKind.TrueLiteralExpression => ["false"],
        SyntaxKind.FalseLiteralExpression => ["true"],
        _ => [],
    };

    private static IEnumerable<string> Relations(RelationalPatternSyntax relational)
    {
        var other = relational.OperatorToken.Kind() switch
        {
            SyntaxKind.LessThanToken => "<=",
            SyntaxKind.LessThanEqualsToken => "<",
            SyntaxKind.GreaterThanToken => ">=",
            _ => ">",
        };
        yield return $"{other} {relational.Expression}";
        if (relational.Expression is not LiteralExpressionSyntax literal)
            yield break;
        foreach (var number in Rewriter.Numbers(literal))
            yield return $"{relational.OperatorToken} {number}";
    }
}
