using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ips.Mutation;

/// <content>Writes one change beside the unchanged expression.</content>
internal sealed partial class Rewriter
{
    /// <summary>The number above and the number below.</summary>
    internal static IEnumerable<string> Numbers(LiteralExpressionSyntax node) => node.Token.Value switch
    {
        int number => [$"{number + 1}", $"({number - 1})"],
        long number => [$"{number + 1}L", $"({number - 1}L)"],
        decimal number => [$"{number + 1}m", $"({number - 1}m)"],
        _ => [],
    };

    internal static string Short(SyntaxNode node) => string.Join(' ', node.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>An operand that no longer counts: true in an "and", false in an "or".</summary>
    private ExpressionSyntax WithoutOperand(BinaryExpressionSyntax node, ExpressionSyntax operand, ExpressionSyntax visited)
    {
        if (operand.IsKind(node.Kind()))
            return visited;
        var and = node.IsKind(SyntaxKind.LogicalAndExpression);
        return (and, Variables.In(operand).Count == 0) switch
        {
            (true, true) or (false, false) => Always(operand, visited),
            _ => Never(operand, visited),
        };
    }

    private ExpressionSyntax Always(ExpressionSyntax node, ExpressionSyntax visited) =>
        Next(node, $"{Short(node)} always true") is { } id ? Parsed($"(Mutant.On({id}) || {visited})", node) : visited;

    private ExpressionSyntax Never(ExpressionSyntax node, ExpressionSyntax visited) =>
        Next(node, $"{Short(node)} always false") is { } id ? Parsed($"(!Mutant.On({id}) && {visited})", node) : visited;

    private ExpressionSyntax Wrap(ExpressionSyntax node, ExpressionSyntax visited, params (string Text, string What)[] changed)
    {
        foreach (var (text, what) in changed)
        {
            if (Next(node, $"{Short(node)} becomes {what}") is { } id)
                visited = Parsed($"(Mutant.On({id}) ? ({text}) : {visited})", node);
        }

        return visited;
    }

    private static IEnumerable<(string Text, string What)> OtherCall(InvocationExpressionSyntax call, ExpressionSyntax whole)
    {
        var name = call.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Name,
            MemberBindingExpressionSyntax binding => binding.Name,
            _ => null
        };
        if (name is null || !OtherCalls.TryGetValue(name.Identifier.ValueText, out var other))
            yield break;
        var changed = whole.ReplaceToken(name.Identifier, SyntaxFactory.Identifier(other));
        yield return (Renamed(changed), Short(changed));
    }

    private static ExpressionSyntax? Receiver(ExpressionSyntax at) => at switch
    {
        InvocationExpressionSyntax call => call.Expression,
        MemberAccessExpressionSyntax access => access.Expression,
        _ => null,
    };

    private static bool BeginsWithBinding(ExpressionSyntax node)
    {
        ExpressionSyntax? at = node;
        while (at is not (null or MemberBindingExpressionSyntax or ElementBindingExpressionSyntax))
            at = Receiver(at);
        return at is not null;
    }

    private bool IsText(ExpressionSyntax node) => model.GetTypeInfo(node).Type is { SpecialType: SpecialType.System_String };

    private bool IsBareAnswer(ExpressionSyntax node) =>
        node is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax
        && (node.Parent switch
        {
            IfStatementSyntax at => at.Condition == node,
            WhileStatementSyntax at => at.Condition == node,
            ConditionalExpressionSyntax at => at.Condition == node,
            WhenClauseSyntax or ReturnStatementSyntax or ArrowExpressionClauseSyntax => true,
            LambdaExpressionSyntax at => at.Body == node,
            _ => false,
        })
        && model.GetTypeInfo(node).Type is { SpecialType: SpecialType.System_Boolean };

    private static ExpressionSyntax Parsed(string text, SyntaxNode at) => SyntaxFactory.ParseExpression(text).WithTriviaFrom(at);

    /// <summary>The text with its variables under other names: the unchanged expression beside it declares them too.</summary>
    private static string Renamed(ExpressionSyntax node)
    {
        var names = Variables.In(node);
        return names.Count == 0
            ? node.ToString()
            : node.ReplaceTokens(node.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken) && names.Contains(t.ValueText)), (t, _) =>
                SyntaxFactory.Identifier(t.LeadingTrivia, t.ValueText + "Changed", t.TrailingTrivia)).ToString();
    }

    private int? Next(SyntaxNode node, string what)
    {
        var member = node.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().First() switch
        {
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            PropertyDeclarationSyntax property => property.Identifier.ValueText,
            FieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.ValueText,
            BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
            ConstructorDeclarationSyntax constructor => constructor.Identifier.ValueText,
            var other => other.Kind().ToString(),
        };
        Mutant mutant = new(mutants.Count + 1, file, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1, member, what);
        mutants.Add(mutant);
        return refused.Contains(mutant.Id) ? null : mutant.Id;
    }
}
