using System.Text;
using Google.Protobuf.Reflection;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Xunit;

namespace Ips.Contracts.Tests;

/// <summary>Which members of an organization may call what: one table, complete, and shown in docs/security.md.</summary>
public sealed class MemberAccessTests
{
    private const string Heading = "### Members by role\n";

    private static IEnumerable<MethodDescriptor> Methods => typeof(MembersReflection).Assembly.GetExportedTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => type.GetProperty("Descriptor")?.GetValue(null)).OfType<FileDescriptor>()
        .SelectMany(file => file.Services).SelectMany(service => service.Methods);

    private static IEnumerable<MethodDescriptor> Changing => Methods.Where(method => !MemberAccess.IsRead(method) && Access.ServicesOf(method).Count == 0
        && Access.RolesOf(method).Any(role => role is Roles.Provider or Roles.Mco));

    [Fact]
    public void Every_change_that_agencies_and_payers_make_has_a_line_and_every_line_a_change() => Assert.Equal(
        [],
        Changing.Where(method => Line(method).Roles is null).Select(method => method.FullName)
            .Concat(MemberAccess.Writes.Keys.Except(Changing.Select(method => Line(method).Key))));

    [Fact]
    public void What_needs_the_whole_organization_is_in_the_contract() => Assert.Empty(
        MemberAccess.WholeOrganization.Except(Methods.SelectMany(method => new[] { method.Service.FullName, NameOf(method) })));

    [Fact]
    public void The_page_shows_who_changes_what()
    {
        var roles = Enum.GetValues<MemberRole>().Where(role => role is not (MemberRole.Unspecified or MemberRole.ReadOnly)).ToList();
        StringBuilder table = new(Heading);
        table.Append("\n| Changes by | ").AppendJoin(" | ", roles.Select(role => WireCode.Lower(role)!.Replace('_', ' '))).Append(" | with a caseload |\n|---|")
            .AppendJoin("|", roles.Select(_ => "---")).Append("|---|\n");
        foreach (var (name, may) in MemberAccess.Writes.OrderBy(line => line.Key, StringComparer.Ordinal))
            table.Append('|').Append($" `{name[4..].Replace(".v1.", ": ", StringComparison.Ordinal)}` | ")
                .AppendJoin(" | ", roles.Select(role => may.Contains(role) ? "yes" : "")).Append($" | {Limited(name)} |\n");
        table.Append("\nReads that need the whole organization: ").AppendJoin(", ", Methods.Where(method => MemberAccess.IsRead(method) && NeedsWhole(method))
            .Select(method => $"`{method.Name}`").Order(StringComparer.Ordinal)).Append(".\n\n");

        var path = Path.Combine(Checkout.Root, "docs", "security.md");
        var page = File.ReadAllText(path);
        var at = page.IndexOf(Heading, StringComparison.Ordinal);
        Assert.True(at >= 0, $"docs/security.md has no section \"{Heading.Trim()}\".");
        var end = page.IndexOf("\n## ", at, StringComparison.Ordinal) + 1;
        var written = page[..at] + table + page[end..];
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") is not null)
            File.WriteAllText(path, written);
        else
            Assert.True(written == page, "docs/security.md does not show who changes what; run this test once with UPDATE_DOCS=1.");
    }

    private static string NameOf(MethodDescriptor method) => $"{method.Service.FullName}/{method.Name}";

    private static (string Key, IReadOnlyList<MemberRole>? Roles) Line(MethodDescriptor method) =>
        MemberAccess.Writes.TryGetValue(NameOf(method), out var own) ? (NameOf(method), own)
            : (method.Service.FullName, MemberAccess.Writes.GetValueOrDefault(method.Service.FullName));

    private static bool NeedsWhole(MethodDescriptor method) =>
        MemberAccess.WholeOrganization.Contains(method.Service.FullName) || MemberAccess.WholeOrganization.Contains(NameOf(method));

    private static string Limited(string name)
    {
        var methods = Changing.Where(method => Line(method).Key == name).ToList();
        return methods.All(NeedsWhole) ? "no"
            : methods.Any(NeedsWhole) ? $"but {string.Join(", ", methods.Where(NeedsWhole).Select(method => method.Name))}" : "yes";
    }
}
