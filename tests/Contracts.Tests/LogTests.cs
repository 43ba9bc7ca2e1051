using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Ips.Contracts.Tests;

/// <summary>No log line of ours can contain personal data: every line is a source-generated method whose parameters SafeLog allows.</summary>
public sealed partial class LogTests
{
    private static readonly string[] Names =
        ["Ips.Platform.Rpc", "Ips.Platform.Data", "Ips.Platform.Events", "Ips.Platform.Privacy", "Ips.Platform.Decisions", "Eligibility", "Staffing",
            "Fidelity", "Billing", "Reporting"];

    public static TheoryData<string> Assemblies => [.. Names];

    [Theory, MemberData(nameof(Assemblies))]
    public void No_log_line_can_hold_personal_data(string assembly) => Assert.Empty(SafeLog.Violations(Assembly.Load(assembly)));

    [Theory, MemberData(nameof(Assemblies))]
    public void No_log_line_takes_an_object_apart(string assembly) => Assert.DoesNotContain(
        Templates(Assembly.Load(assembly)), template => template.Contains("{@", StringComparison.Ordinal) || template.Contains("{$", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Assemblies))]
    public void Every_log_line_is_source_generated(string assembly) => Assert.Empty(DirectCalls(Assembly.Load(assembly)));

    [Fact]
    public void Every_log_line_has_an_id_of_its_own()
    {
        var lines = Names.SelectMany(name => Lines(Assembly.Load(name))).ToList();

        Assert.NotEmpty(lines);
        Assert.Empty(lines.GroupBy(line => line.EventId).Where(same => same.Count() > 1)
            .Select(same => $"{same.Key}: {string.Join(" | ", same.Select(line => line.Message))}"));
    }

    [Fact]
    public void There_are_log_lines_to_check() => Assert.NotEmpty(Templates(typeof(SafeLog).Assembly));

    [Fact]
    public void A_log_line_with_a_name_a_birth_date_as_text_or_a_whole_record_is_found()
    {
        var found = SafeLog.Violations(typeof(LogTests).Assembly).Where(violation => violation.Contains(nameof(Leaks), StringComparison.Ordinal));
        Assert.Equal(["body", "givenName", "person", "reason", "url"], found.Select(violation => violation.Split(' ')[2]).Order());
    }

    [Fact]
    public void A_log_line_written_by_hand_is_found() => Assert.Equal(["LogWarning"], DirectCalls(typeof(LogTests).Assembly));

    [Theory]
    [InlineData(typeof(AuthorizationId))]
    [InlineData(typeof(IndividualId))]
    [InlineData(typeof(DecisionId))]
    public void Ids_may_be_logged(Type id) => Assert.True(SafeLog.Allows(id, "id"));

    [Theory]
    [InlineData(typeof(Guid), "anything", true)]
    [InlineData(typeof(Contracts.AuthorizationId), "authorization", true)]
    [InlineData(typeof(DateOnly?), "day", true)]
    [InlineData(typeof(string), "rule", true)]
    [InlineData(typeof(string), "name", false)]
    [InlineData(typeof(string), "message", false)]
    [InlineData(typeof(object), "rule", false)]
    [InlineData(typeof(Eligibility.V1.Individual), "individual", false)]
    public void A_log_line_carries_ids_days_numbers_and_listed_codes_only(Type type, string name, bool allowed) =>
        Assert.Equal(allowed, SafeLog.Allows(type, name));

    private static IEnumerable<string> Templates(Assembly assembly) => Lines(assembly).Select(line => line.Message ?? "");

    private static IEnumerable<LoggerMessageAttribute> Lines(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        from line in method.GetCustomAttributes<LoggerMessageAttribute>()
        select line;

    /// <summary>The methods of LoggerExtensions (LogInformation and the like) that the assembly calls anywhere.</summary>
    private static string[] DirectCalls(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        return
        [
            .. metadata.MemberReferences
                .Select(metadata.GetMemberReference)
                .Where(member => member.Parent.Kind == HandleKind.TypeReference && IsLoggerExtensions(metadata, (TypeReferenceHandle)member.Parent))
                .Select(member => metadata.GetString(member.Name))
                .Where(name => name.StartsWith("Log", StringComparison.Ordinal)),
        ];
    }

    private static bool IsLoggerExtensions(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return metadata.StringComparer.Equals(type.Name, nameof(LoggerExtensions))
            && metadata.StringComparer.Equals(type.Namespace, "Microsoft.Extensions.Logging");
    }

    /// <summary>What the guard has to find; never called.</summary>
    private static partial class Leaks
    {
        [LoggerMessage(1, LogLevel.Information, "Registered {GivenName} as {Id} because {Reason}")]
        public static partial void Named(ILogger log, string givenName, IndividualId id, string reason);

        [LoggerMessage(2, LogLevel.Information, "Got {Person} from {Url} with {Body}")]
        public static partial void Whole(ILogger log, Eligibility.V1.Individual person, Uri url, object body);

        public static void ByHand(ILogger log) => log.LogWarning("by hand");
    }
}
