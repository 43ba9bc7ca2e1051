using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ips.Mutation;

/// <summary>Variables that an expression declares for the code around it.</summary>
internal static class Variables
{
    public static HashSet<string> In(SyntaxNode node) =>
        [.. node.DescendantNodesAndSelf(n => n is not (AnonymousFunctionExpressionSyntax or SwitchExpressionArmSyntax))
            .OfType<SingleVariableDesignationSyntax>().Select(d => d.Identifier.ValueText)];
}
