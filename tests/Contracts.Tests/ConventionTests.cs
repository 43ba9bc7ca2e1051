using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Ips.Contracts.Common.V1;
using Xunit;

namespace Ips.Contracts.Tests;

/// <summary>The conventions of every proto file; contracts/README.md describes them. A failure lists every place.</summary>
public sealed partial class ConventionTests
{
    // They return a resource whose decision another rpc makes, so validate_only would have no meaning.
    private static readonly string[] DecidesNothing =
    [
        "CreateServiceOrder", "VoidClaimLine", "AcknowledgeReferral", "RecordDvrsDecision", "RecordDvrsClosure",
        "CorrectDvrsDecision", "RecordVrContact", "RecordVrPlan", "VoidIncentiveInvoice",
    ];

    [Fact]
    public void All_five_services_are_in_the_contract()
    {
        Assert.Equal(["billing", "eligibility", "fidelity", "reporting", "staffing"], Contract.Rpcs.Select(rpc => rpc.File.Package.Split('.')[1]).Distinct()
            .Order());
        Assert.Equal(Contract.Sources.Count, Contract.Files.Count);
    }

    [Fact]
    public void Every_rpc_names_the_roles_that_may_call_it() => None(
        from rpc in Contract.Rpcs
        let roles = Contract.RolesOf(rpc)
        where roles.Count == 0 || roles.Contains(CallerRole.Unspecified) || roles.Distinct().Count() != roles.Count
        select $"{rpc.FullName}: name each role once in (ips.common.v1.access)");

    [Fact]
    public void A_state_dashboard_sees_no_person() => None(
        from rpc in Contract.Rpcs
            // Break-glass is the one way: for a reason, for a limited time, reviewed by another person.
        where rpc.FullName != "ips.eligibility.v1.Disclosures.ReadDisclosure"
        where Contract.RolesOf(rpc).Any(role => role is CallerRole.State or CallerRole.Ops) && Reaches(rpc.OutputType, IsPersonal, [])
        select $"{rpc.FullName}: its answer holds fields marked debug_redact, so neither STATE nor OPS may call it");

    [Fact]
    public void Dvrs_sees_the_people_of_referrals_only() => None(
        from rpc in Contract.Rpcs
        where Contract.RolesOf(rpc).Contains(CallerRole.Dvrs) && rpc.Service.FullName != "ips.eligibility.v1.Referrals"
        where Reaches(rpc.OutputType, IsPersonal, [])
        select $"{rpc.FullName}: its answer holds fields marked debug_redact, and DVRS receives those from Referrals only");

    [Fact]
    public void Every_rpc_has_a_sound_http_form() => None(
        from rpc in Contract.Rpcs
        from fault in HttpFaults(rpc)
        select $"{rpc.FullName}: {fault}");

    [Fact]
    public void No_two_rpcs_of_a_service_share_a_path() => None(
        from rpc in Contract.Rpcs
        from form in Contract.HttpOf(rpc)
        let path = Variable().Replace(form.Path, found => found.Value.Contains('=') ? found.Value[(found.Value.IndexOf('=') + 1)..^1] : "*")
        group rpc by (rpc.File.Package, form.Verb, path) into same
        where same.Count() > 1
        select $"{same.Key.Verb} {same.Key.path} is {string.Join(" and ", same.Select(rpc => rpc.FullName))}");

    [Fact]
    public void Every_list_has_pages() => None(
        from rpc in Contract.Rpcs
        where rpc.Name.StartsWith("List", StringComparison.Ordinal)
        where !Is(rpc.InputType, "page_size", FieldType.Int32) || !Is(rpc.InputType, "page_token", FieldType.String)
            || !Is(rpc.OutputType, "next_page_token", FieldType.String) || rpc.OutputType.FindFieldByNumber(1) is not { IsRepeated: true }
        select $"{rpc.FullName}: needs page_size, page_token, the items as field 1 and next_page_token");

    [Fact]
    public void An_answer_with_many_items_is_a_list_or_a_feed() => None(
        from rpc in Contract.Rpcs
        where rpc.OutputType.FindFieldByNumber(1) is { IsRepeated: true, FieldType: FieldType.Message }
        where !rpc.Name.StartsWith("List", StringComparison.Ordinal) && !rpc.Name.StartsWith("Pull", StringComparison.Ordinal)
        select $"{rpc.FullName}: answers many items, so it is named List and has pages");

    [Fact]
    public void Every_change_is_idempotent() => None(
        from rpc in Contract.Rpcs
        where Contract.Changes(rpc) && !Is(rpc.InputType, "request_id", FieldType.String) && !Is(rpc.InputType, "message_id", FieldType.String)
        select $"{rpc.FullName}: needs request_id, or message_id when the caller has ids of its own");

    [Fact]
    public void Every_decision_can_be_tried_without_storing() => None(
        from rpc in Contract.Rpcs
        where Contract.Changes(rpc) && !DecidesNothing.Contains(rpc.Name)
        where Reaches(rpc.OutputType, field => field.FieldType == FieldType.Message && field.MessageType.FullName == "ips.common.v1.Decision", [])
            && !Is(rpc.InputType, "validate_only", FieldType.Bool)
        select $"{rpc.FullName}: answers a decision, so it needs validate_only");

    [Fact]
    public void Every_edit_of_a_resource_with_an_etag_requires_it() => None(
        from rpc in Contract.Rpcs
        where Contract.Changes(rpc) && Contract.HttpOf(rpc).Any(form => form.Path.Contains("{name=", StringComparison.Ordinal))
        where Is(rpc.OutputType, "etag", FieldType.String) && !Is(rpc.InputType, "etag", FieldType.String) && !Is(rpc.InputType, "message_id", FieldType.String)
        select $"{rpc.FullName}: edits a resource with an etag, so it needs etag");

    [Fact]
    public void Every_enum_starts_with_unspecified_and_repeats_its_name() => None(
        from type in Contract.Enums
        let prefix = Word().Replace(type.Name, "_$0").TrimStart('_').ToUpperInvariant() + "_"
        from value in type.Values
        where !value.Name.StartsWith(prefix, StringComparison.Ordinal) || (value.Number == 0) != (value.Name == prefix + "UNSPECIFIED")
        select $"{value.FullName}: expected {prefix}UNSPECIFIED = 0 and values that start with {prefix}");

    [Fact]
    public void Fields_that_identify_a_person_are_marked() => None(
        from message in Contract.Messages
        from field in message.Fields.InDeclarationOrder()
        where field.FieldType == FieldType.String && Personal().IsMatch($"{message.Name}.{field.Name}") && !IsPersonal(field)
        select $"{field.FullName}: needs [debug_redact = true]");

    [Fact]
    public void No_number_is_a_binary_fraction() => None(
        from message in Contract.Messages
        from field in message.Fields.InDeclarationOrder()
        where field.FieldType is FieldType.Double or FieldType.Float
        select $"{field.FullName}: money is ips.common.v1.Money, a share is a count of a count");

    [Fact]
    public void Every_file_names_its_package_after_its_folder() => None(
        from file in Contract.Files
        let folder = Path.GetDirectoryName(file.Name)!.Replace('/', '.')
        let service = folder.Split('.')[1]
        where file.Package != folder || file.GetOptions().CsharpNamespace != $"Ips.Contracts.{char.ToUpperInvariant(service[0])}{service[1..]}.V1"
        select $"{file.Name}: package {file.Package}, namespace {file.GetOptions().CsharpNamespace}");

    private static IEnumerable<string> HttpFaults(MethodDescriptor rpc)
    {
        var forms = Contract.HttpOf(rpc);
        if (rpc.IsClientStreaming != (forms.Count == 0))
            yield return rpc.IsClientStreaming ? "takes a stream, for which HTTP/1.1 has no form" : "has no google.api.http form";
        foreach (var (verb, path, body) in forms)
        {
            if (verb is not ("GET" or "POST"))
                yield return $"{verb} {path}: only GET and POST are in use";
            if (!path.StartsWith("/v1/", StringComparison.Ordinal))
                yield return $"{path} does not start with /v1/";
            if (verb == "GET" ? body != "" : body != "*" && rpc.InputType.FindFieldByName(body) is not { FieldType: FieldType.Message })
                yield return $"{verb} {path} has the body \"{body}\"";
            foreach (Match variable in Variable().Matches(path))
            {
                var field = rpc.InputType.FindFieldByName(variable.Groups["field"].Value);
                if (field is not { FieldType: FieldType.String or FieldType.Int32, IsRepeated: false })
                    yield return $"{path} binds {variable.Groups["field"].Value}, which is no single text or number of {rpc.InputType.Name}";
            }
        }
    }

    private static bool Is(MessageDescriptor message, string field, FieldType type) =>
        message.FindFieldByName(field) is { IsRepeated: false } found && found.FieldType == type;

    private static bool IsPersonal(FieldDescriptor field) => field.GetOptions()?.DebugRedact == true;

    private static bool Reaches(MessageDescriptor message, Func<FieldDescriptor, bool> what, HashSet<string> seen) =>
        seen.Add(message.FullName)
        && message.Fields.InDeclarationOrder().Any(field => what(field) || (field.FieldType == FieldType.Message && Reaches(field.MessageType, what, seen)));

    private static void None(IEnumerable<string> faults)
    {
        var all = faults.ToArray();
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    private const RegexOptions Plain = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"\{(?<field>\w+)(=[^}]*)?\}", Plain, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("[A-Z]", Plain, 1000)]
    private static partial Regex Word();

    // Whole words that name a person or mean free text about one.
    [GeneratedRegex(
        @"given_name|family_name|individual_name|birth_date|signed_by|interventions$|effectiveness|purpose_goal|payer_reason|address|phone_number|e_?mail|ssn"
        + @"|\bIdentifier\.value|StaffMember\w*\.display_name|DecideAuthorizationRequest\.reason", Plain, 1000)]
    private static partial Regex Personal();
}
