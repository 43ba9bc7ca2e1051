using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ips.Mutation;

/// <summary>Writes the mutants of one file into it. Exactly one mutant is on at a time, so a changed expression may hold its parts unchanged.</summary>
internal sealed class Rewriter(SemanticModel model, string file, List<Mutant> mutants, HashSet<int> refused) : CSharpSyntaxRewriter
{
    private static readonly Dictionary<SyntaxKind, string> Others = new()
    {
        [SyntaxKind.LessThanExpression] = "<=",
        [SyntaxKind.LessThanOrEqualExpression] = "<",
        [SyntaxKind.GreaterThanExpression] = ">=",
        [SyntaxKind.GreaterThanOrEqualExpression] = ">",
        [SyntaxKind.EqualsExpression] = "!=",
        [SyntaxKind.NotEqualsExpression] = "==",
        [SyntaxKind.AddExpression] = "-",
        [SyntaxKind.SubtractExpression] = "+",
        [SyntaxKind.MultiplyExpression] = "/",
        [SyntaxKind.DivideExpression] = "*",
        [SyntaxKind.ModuloExpression] = "*",
    };

    private static readonly Dictionary<string, string> OtherCalls = new(StringComparer.Ordinal)
    {
        ["Min"] = "Max",
        ["Max"] = "Min",
        ["Any"] = "All",
        ["All"] = "Any",
        ["HasAny"] = "HasAll",
        ["HasAll"] = "HasAny",
        ["First"] = "Last",
        ["Last"] = "First",
        ["FirstOrDefault"] = "LastOrDefault",
        ["LastOrDefault"] = "FirstOrDefault",
        ["OrderBy"] = "OrderByDescending",
        ["OrderByDescending"] = "OrderBy",
        ["MinBy"] = "MaxBy",
        ["MaxBy"] = "MinBy",
        ["Floor"] = "Ceiling",
        ["Ceiling"] = "Floor",
        ["Skip"] = "Take",
        ["Take"] = "Skip",
    };

    /// <summary>A yes or no that is neither compared nor matched, where it decides: it is turned round.</summary>
    public override SyntaxNode? Visit(SyntaxNode? node)
    {
        var visited = base.Visit(node);
        return node is ExpressionSyntax bare && visited is ExpressionSyntax done && IsBareAnswer(bare)
            ? Variables.In(bare).Count > 0 ? Never(bare, done) : Wrap(bare, done, ($"!({bare})", $"!{Short(bare)}"))
            : visited;
    }

    public override SyntaxNode? VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        var visited = (BinaryExpressionSyntax)base.VisitBinaryExpression(node)!;
        if (node.Kind() is SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression)
            return visited.WithLeft(WithoutOperand(node, node.Left, visited.Left)).WithRight(WithoutOperand(node, node.Right, visited.Right));
        if (!Others.TryGetValue(node.Kind(), out var other) || IsText(node))
            return visited;
        return Wrap(node, visited, ($"({Renamed(node.Left)}) {other} ({Renamed(node.Right)})", $"{Short(node.Left)} {other} {Short(node.Right)}"));
    }

    public override SyntaxNode? VisitPrefixUnaryExpression(PrefixUnaryExpressionSyntax node)
    {
        var visited = (ExpressionSyntax)base.VisitPrefixUnaryExpression(node)!;
        return node.Kind() is SyntaxKind.LogicalNotExpression or SyntaxKind.UnaryMinusExpression && node.Operand is not LiteralExpressionSyntax
            ? Wrap(node, visited, ($"({Renamed(node.Operand)})", Short(node.Operand)))
            : visited;
    }

    public override SyntaxNode? VisitLiteralExpression(LiteralExpressionSyntax node) => node.Kind() switch
    {
        SyntaxKind.NumericLiteralExpression => Wrap(node, node, [.. Numbers(node).Select(n => (n, n))]),
        SyntaxKind.TrueLiteralExpression => Wrap(node, node, ("false", "false")),
        SyntaxKind.FalseLiteralExpression => Wrap(node, node, ("true", "true")),
        _ => node,
    };

    public override SyntaxNode? VisitAssignmentExpression(AssignmentExpressionSyntax node)
    {
        var visited = (AssignmentExpressionSyntax)base.VisitAssignmentExpression(node)!;
        return node.Kind() is SyntaxKind.AddAssignmentExpression or SyntaxKind.SubtractAssignmentExpression && !IsText(node.Right)
            ? visited.WithRight(Wrap(node.Right, visited.Right, ($"-({node.Right})", $"-{Short(node.Right)}")))
            : visited;
    }

    public override SyntaxNode? VisitIsPatternExpression(IsPatternExpressionSyntax node)
    {
        var visited = (IsPatternExpressionSyntax)base.VisitIsPatternExpression(node)!;
        ExpressionSyntax wrapped = Wrap(node, visited, [.. Patterns.Of(node.Pattern).Select(p => ($"({Renamed(node.Expression)}) is {p.Text}", $"{Short(node.Expression)} is {p.What}"))]);
        if (Variables.In(node).Count == 0)
            return Wrap(node, wrapped, ($"!({node})", $"!({Short(node)})"));
        return node.Pattern is UnaryPatternSyntax ? Always(node, wrapped) : Never(node, wrapped);
    }

    public override SyntaxNode? VisitSwitchExpression(SwitchExpressionSyntax node)
    {
        var visited = (SwitchExpressionSyntax)base.VisitSwitchExpression(node)!;
        List<string> arms = [];
        foreach (var (arm, done) in node.Arms.Zip(visited.Arms))
        {
            var when = done.WhenClause is { } clause ? $" && ({clause.Condition})" : "";
            List<string> unchanged = [];
            foreach (var (text, what) in Patterns.Of(arm.Pattern))
            {
                if (Next(arm, $"{Short(arm.Pattern)} => becomes {what} =>") is not { } changed)
                    continue;
                arms.Add($"{text} when Mutant.On({changed}){when} => {done.Expression}");
                unchanged.Add($" && !Mutant.On({changed})");
            }

            if (arm != node.Arms[^1] && Next(arm, $"{Short(arm.Pattern)} => taken out") is { } without)
                unchanged.Add($" && !Mutant.On({without})");
            arms.Add(unchanged.Count == 0 ? done.ToString() : $"{done.Pattern} when true{string.Concat(unchanged)}{when} => {done.Expression}");
        }

        return Parsed($"{visited.GoverningExpression} switch {{ {string.Join(", ", arms)} }}", node);
    }

    public override SyntaxNode? VisitCaseSwitchLabel(CaseSwitchLabelSyntax node) => Next(node, $"{Short(node)} taken out") is { } without
        ? ((SwitchStatementSyntax)SyntaxFactory.ParseStatement($"switch (0) {{ case {node.Value} when !Mutant.On({without}): break; }}")).Sections[0].Labels[0].WithTriviaFrom(node)
        : node;

    public override SyntaxNode? VisitInvocationExpression(InvocationExpressionSyntax node)
    {
        var visited = WithFactName(node, (InvocationExpressionSyntax)base.VisitInvocationExpression(node)!);
        return node.Expression is MemberAccessExpressionSyntax && !BeginsWithBinding(node) ? Wrap(node, visited, [.. OtherCall(node, node)]) : visited;
    }

    /// <summary>The compiler takes the name of a fact from the expression. A mutant changes the expression, so the name is added as an argument.</summary>
    private static InvocationExpressionSyntax WithFactName(InvocationExpressionSyntax node, InvocationExpressionSyntax visited) =>
        node.Expression.ToString() == "Fact.Of" && node.ArgumentList.Arguments is [var fact]
            ? visited.AddArgumentListArguments(SyntaxFactory.Argument(SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(fact.ToString()))))
            : visited;

    /// <summary>A call after <c>?.</c> is no expression of its own: the whole chain is changed.</summary>
    public override SyntaxNode? VisitConditionalAccessExpression(ConditionalAccessExpressionSyntax node)
    {
        var visited = (ExpressionSyntax)base.VisitConditionalAccessExpression(node)!;
        List<(string, string)> changed = [];
        for (var at = node.WhenNotNull; at is not null; at = Receiver(at))
        {
            if (at is InvocationExpressionSyntax call)
                changed.AddRange(OtherCall(call, node));
        }

        return Wrap(node, visited, [.. changed]);
    }

    public override SyntaxNode? VisitAttributeList(AttributeListSyntax node) => node;

    public override SyntaxNode? VisitEnumDeclaration(EnumDeclarationSyntax node) => node;

    public override SyntaxNode? VisitParameter(ParameterSyntax node) => node;

    public override SyntaxNode? VisitInterpolationAlignmentClause(InterpolationAlignmentClauseSyntax node) => node;

    public override SyntaxNode? VisitConstantPattern(ConstantPatternSyntax node) => node;

    public override SyntaxNode? VisitRelationalPattern(RelationalPatternSyntax node) => node;

    public override SyntaxNode? VisitFieldDeclaration(FieldDeclarationSyntax node) => node.Modifiers.Any(SyntaxKind.ConstKeyword) ? node : base.VisitFieldDeclaration(node);

    public override SyntaxNode? VisitLocalDeclarationStatement(LocalDeclarationStatementSyntax node) => node.IsConst ? node : base.VisitLocalDeclarationStatement(node);

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
        var name = call.Expression switch { MemberAccessExpressionSyntax access => access.Name, MemberBindingExpressionSyntax binding => binding.Name, _ => null };
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
            : node.ReplaceTokens(node.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken) && names.Contains(t.ValueText)), (t, _) => SyntaxFactory.Identifier(t.LeadingTrivia, t.ValueText + "Changed", t.TrailingTrivia)).ToString();
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

/// <summary>Variables that an expression declares for the code around it.</summary>
internal static class Variables
{
    public static HashSet<string> In(SyntaxNode node) =>
        [.. node.DescendantNodesAndSelf(n => n is not (AnonymousFunctionExpressionSyntax or SwitchExpressionArmSyntax)).OfType<SingleVariableDesignationSyntax>().Select(d => d.Identifier.ValueText)];
}
