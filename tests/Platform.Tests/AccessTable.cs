using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Ips.Contracts;

namespace Ips.Platform.Tests;

/// <summary>What access.txt expects of one rpc.</summary>
/// <param name="Roles">Roles that get in.</param>
/// <param name="Own">What the own tenant gets; null when that is not tested.</param>
/// <param name="Foreign">What a foreign tenant gets, by role, and what a payer of the network gets that does not cover the person.</param>
/// <param name="Request">A request about the sandbox case, as JSON with placeholders.</param>
internal sealed record Expected(MethodDescriptor Rpc, IReadOnlyList<string> Roles, StatusCode? Own, IReadOnlyDictionary<string, string> Foreign, string Request)
{
    public string Service => AccessTable.ServiceOf(Rpc);
}

/// <summary>access.txt, and the rpcs of the contract it has to cover.</summary>
internal static partial class AccessTable
{
    /// <summary>Every caller that may have a token.</summary>
    public static readonly string[] Roles = ["mco", "provider", "dvrs", "state", "ops"];

    /// <summary>A payer with a contract that does not cover the person of the case.</summary>
    public const string Network = "network";

    /// <summary>Every rpc of the contract.</summary>
    public static readonly MethodDescriptor[] Rpcs =
    [
        .. typeof(ResourceName).Assembly.GetExportedTypes().Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static))
            .Where(property => property?.PropertyType == typeof(FileDescriptor)).Select(property => (FileDescriptor)property!.GetValue(null)!)
            .SelectMany(file => file.Services).SelectMany(service => service.Methods),
    ];

    /// <summary>Lines of the table, as (rpc, its parts).</summary>
    public static readonly IReadOnlyList<string[]> Lines =
    [
        .. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "access.txt")).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('|', 5, StringSplitOptions.TrimEntries)),
    ];

    /// <summary>How an rpc is written in the table.</summary>
    public static string NameOf(MethodDescriptor rpc) => $"{rpc.Service.FullName}/{rpc.Name}";

    public static string ServiceOf(MethodDescriptor rpc) => rpc.File.Package.Split('.')[1];

    /// <summary>What is expected of the rpcs of a service.</summary>
    public static IReadOnlyList<Expected> Of(string service) => [.. Lines.Select(Read).Where(e => e.Service == service)];

    /// <summary>The request of a line about the case, in the name of an organization.</summary>
    public static IMessage RequestOf(Expected expected, IReadOnlyDictionary<string, string> made, string organization)
    {
        var day = DateOnly.Parse(made["day"], CultureInfo.InvariantCulture);
        var json = Placeholder().Replace(expected.Request, p => p.Groups["name"].Value switch
        {
            "uuid" => Guid.CreateVersion7().ToString(),
            "own" or "foreign" => $"organizations/{organization}",
            "year" => day.Year.ToString(CultureInfo.InvariantCulture),
            "dayBefore" => day.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            var name => made[name],
        });
        return JsonParser.Default.Parse(json, expected.Rpc.InputType);
    }

    private static Expected Read(string[] line)
    {
        var rpc = Rpcs.Single(r => NameOf(r) == line[0]);
        var foreign = line[3].Split(' ');
        return new(rpc, line[1].Split(' '), line[2] == "-" ? null : Code(line[2]),
            Roles.Append(Network).ToDictionary(who => who, who => Of(who) ?? (who == Network ? Of("mco") : null) ?? foreign[^1]), line[4]);

        string? Of(string who) => foreign.FirstOrDefault(f => f.StartsWith(who + ":", StringComparison.Ordinal))?[(who.Length + 1)..];
    }

    /// <summary>NOT_FOUND as StatusCode.NotFound.</summary>
    public static StatusCode Code(string name) => Enum.Parse<StatusCode>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    [GeneratedRegex(@"\{(?<name>[a-zA-Z0-9]+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
