using System.Text.Json;
using Ips.Contracts.Events;
using Xunit;

namespace Ips.Contracts.Tests;

public sealed class EventTests
{
    public static TheoryData<string> Names => [.. EventCatalog.All.Select(entry => entry.WireName)];

    [Theory, MemberData(nameof(Names))]
    public void Names_folder_and_record_agree(string wireName)
    {
        var entry = EventCatalog.Find(wireName)!;
        var parts = wireName.Split('.');
        var record = string.Concat(parts[2].Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])) + $"V{entry.Version}";

        Assert.Equal(record, entry.Type.Name);
        Assert.Same(entry, EventCatalog.Find(entry.CloudEventType));
        Assert.Same(entry, EventCatalog.Of(entry.Type));
        Assert.True(File.Exists(Path.Combine(Contract.Root, "contracts", "events", char.ToUpperInvariant(parts[1][0]) + parts[1][1..], record + ".cs")));
    }

    [Theory, MemberData(nameof(Names))]
    public void An_event_is_the_same_after_the_wire(string wireName)
    {
        var type = EventCatalog.Find(wireName)!.Type;
        var written = EventShape.Example(type);

        var read = (DomainEvent)JsonSerializer.Deserialize(JsonSerializer.Serialize(written, type, EventCatalog.Json), type, EventCatalog.Json)!;

        Assert.Equal((written.EventId, written.OccurredAt, written.Subject, written.Sequence, written.Tenant),
            (read.EventId, read.OccurredAt, read.Subject, read.Sequence, read.Tenant));
        Assert.Equal(JsonSerializer.Serialize(written, type, EventCatalog.Json), JsonSerializer.Serialize(read, type, EventCatalog.Json));
    }

    [Fact]
    public void Every_event_of_the_contract_is_in_the_catalog_and_sealed()
    {
        var records = Directory.EnumerateFiles(Path.Combine(Contract.Root, "contracts", "events"), "*V?.cs", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(records.Order(StringComparer.Ordinal), EventCatalog.All.Select(entry => entry.Type.Name).Order(StringComparer.Ordinal));
        Assert.All(EventCatalog.All, entry => Assert.True(entry.Type.IsSealed, entry.Type.Name));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_subject_is_a_resource_of_the_contract(string wireName)
    {
        var subject = EventShape.Example(EventCatalog.Find(wireName)!.Type).Subject;
        var paths = Contract.Rpcs.SelectMany(Contract.HttpOf).Select(form => form.Path);
        Assert.Contains(paths, path => path.Contains($"={subject.Split('/')[0]}/*}}", StringComparison.Ordinal));
    }

    // A label that only some people's events had would show who they are: it follows from the type, and a new type is put on one of the sides here.
    [Fact]
    public void An_event_about_a_person_is_restricted_and_only_these_are_about_none() => Assert.Equal(
        [
            "ips.eligibility.policy-activation-moved.v1", "ips.fidelity.review-moved.v1", "ips.fidelity.review-recorded.v1", "ips.fidelity.visit-moved.v1",
            "ips.staffing.contract-moved.v1", "ips.staffing.credential-added.v1", "ips.staffing.delegation-changed.v1", "ips.staffing.meeting-missed.v1",
            "ips.staffing.member-changed.v1", "ips.staffing.organization-corrected.v1", "ips.staffing.organization-registered.v1",
            "ips.staffing.qualification-decided.v1", "ips.staffing.role-assigned.v1", "ips.staffing.role-ended.v1", "ips.staffing.staff-blocked.v1",
            "ips.staffing.staff-cleared.v1", "ips.staffing.staff-deadline-moved.v1", "ips.staffing.staff-deadline-reached.v1",
            "ips.staffing.staff-member-registered.v1", "ips.staffing.staff-qualified.v1", "ips.staffing.staff-restricted.v1", "ips.staffing.team-changed.v1",
            "ips.staffing.team-formed.v1",
        ],
        EventCatalog.All.Where(entry => entry.Label != Confidentiality.Restricted).Select(entry =>
        {
            // The other way round: what names a person as JSON is not among them.
            Assert.Equal(Confidentiality.Normal, entry.Label);
            Assert.DoesNotContain(EventShape.PropertiesOf(entry.Type).Select(EventShape.JsonName), name =>
                name.Contains("individual", StringComparison.OrdinalIgnoreCase) || name.Contains("merged", StringComparison.OrdinalIgnoreCase));
            return entry.WireName;
        }));

    [Fact]
    public void A_name_that_no_event_has_is_not_found() => Assert.Null(EventCatalog.Find("ips.eligibility.determination-made.v9"));

    [Fact]
    public void A_type_that_is_no_event_is_refused_by_name() =>
        Assert.Contains(nameof(EventTests), Assert.Throws<ArgumentException>(() => EventCatalog.Of(typeof(EventTests))).Message);
}
