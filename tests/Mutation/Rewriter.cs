using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ips.Mutation;

/// <summary>Writes the mutants of one file into it. Exactly one mutant is on at a time, so a changed expression may hold its parts unchanged.</summary>
internal sealed partial class Rewriter(SemanticModel model, string file, List<Mutant> mutants, HashSet<int> refused) : CSharpSyntaxRewriter
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

    /// <summary>A boolean that is neither compared nor matched, where it decides: it is negated.</summary>
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
        ExpressionSyntax wrapped = Wrap(node, visited, [.. Patterns.Of(node.Pattern)
            .Select(p => ($"({Renamed(node.Expression)}) is {p.Text}", $"{Short(node.Expression)} is {p.What}"))]);
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
        ? ((SwitchStatementSyntax)SyntaxFactory.ParseStatement($"switch (0) {{ case {node.Value} when !Mutant.On({without}): break; }}"))
            .Sections[0].Labels[0].WithTriviaFrom(node)
        : node;

    public override SyntaxNode? VisitInvocationExpression(InvocationExpressionSyntax node)
    {
        var visited = WithFactName(node, (InvocationExpressionSyntax)base.VisitInvocationExpression(node)!);
        return node.Expression is MemberAccessExpressionSyntax && !BeginsWithBinding(node) ? Wrap(node, visited, [.. OtherCall(node, node)]) : visited;
    }

    /// <summary>The compiler takes the name of a fact from the expression. A mutant changes the expression, so the name is added as an argument.</summary>
    private static InvocationExpressionSyntax WithFactName(InvocationExpressionSyntax node, InvocationExpressionSyntax visited) =>
        node.Expression.ToString() == "Fact.Of" && node.ArgumentList.Arguments is [var fact]
            ? visited.AddArgumentListArguments(SyntaxFactory.Argument(SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression,
                SyntaxFactory.Literal(fact.ToString()))))
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

    public override SyntaxNode? VisitFieldDeclaration(FieldDeclarationSyntax node) => node.Modifiers.Any(SyntaxKind.ConstKeyword) ? node
        : base.VisitFieldDeclaration(node);

    public override SyntaxNode? VisitLocalDeclarationStatement(LocalDeclarationStatementSyntax node) => node.IsConst ? node
        : base.VisitLocalDeclarationStatement(node);
}
