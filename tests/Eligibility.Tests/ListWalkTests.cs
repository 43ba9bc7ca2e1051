using System.Globalization;
using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf.Reflection;
using Ips.Contracts.Common.V1;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A walk over all lists of the service: each has the shared filters, and each filter of each list does what its name promises.</summary>
[Collection("eligibility")]
public sealed class ListWalkTests(EligibilityService service)
{
    private const string NoId = "00000000-0000-7000-8000-000000000000";

    /// <summary>Lists that belong to one named resource, are computed, or are for a service: they have no filters of their own.</summary>
    private static readonly HashSet<string> OfOneThing =
    [
        "ListFacts", "ListContacts", "ListConsents", "ListDuplicates", "ListMatchingIndividuals", "ListAuthorizationVersions", "ListUnitEntries", "ListUnitDraws",
        "ListCareerProfileVersions", "ListIntakeDuplicates", "ListDependents",
    ];

    /// <summary>Lists of runs of the platform, which <see cref="ReverifyProgramTests"/> walks.</summary>
    private static readonly HashSet<string> OfRuns = ["ListReverifications", "ListReverificationChanges"];

    /// <summary>Filters whose effect another test shows.</summary>
    private static readonly HashSet<string> ShownElsewhere =
    [
        "ListDeadlines.states", "ListIntakeReferrals.open_only", "ListDeterminations.override_state", "ListAuthorizations.sample_review",
        "ListVrMeetingItems.since",
    ];

    [Fact]
    public void Every_list_has_the_shared_filters() => Assert.All(Lists(), list =>
    {
        var fields = list.InputType.Fields.InDeclarationOrder().Select(f => f.Name).ToList();
        string[] shared = list.Name switch
        {
            "ListAutoApprovals" => ["program", "updated_since"],
            "ListIndividuals" => ["provider", "payer", "updated_since"],
            "ListRosterEntries" => ["provider", "payer", "state", "updated_since"],
            "ListDisclosures" => ["provider", "state", "updated_since"],
            "ListCareerProfiles" => ["individual", "provider", "payer", "updated_since"],
            "ListReverifications" => ["program", "month_from"],
            "ListReverificationChanges" => ["individual", "program", "provider", "month", "to_state"],
            "ListVrMeetingItems" => ["individual", "program", "provider", "vr_office", "since"],
            "ListVrAuthorizations" => ["individual", "program", "provider", "payer", "valid_from", "valid_through", "updated_since"],
            "ListDeadlines" => ["individual", "program", "provider", "payer", "states", "due_from", "due_before", "updated_since"],
            "ListIntakeReferrals" => ["individual", "program", "provider", "sender", "state", "received_from", "received_through", "updated_since"],
            "ListSentIntakeReferrals" => ["program", "provider", "state", "received_from", "received_through", "updated_since"],
            _ => ["individual", "program", "provider", "payer", "state", "updated_since", "_from", "_through"],
        };
        Assert.All(shared, name => Assert.Contains(fields, field => field == name || (name[0] == '_' && field.EndsWith(name, StringComparison.Ordinal))));
    });

    [Fact]
    public async Task Every_filter_of_every_list_selects()
    {
        var one = await WithEverything();
        foreach (var list in Lists().Where(list => !OfRuns.Contains(list.Name)))
        {
            var roles = list.GetOptions()!.GetExtension(AccessExtensions.Access).Roles;
            using var http = roles.Contains(CallerRole.Provider) ? service.Http(Roles.Provider, one.Provider) : service.Http(Roles.Mco, one.Payer);
            var path = list.GetOptions()!.GetExtension(AnnotationsExtensions.Http).Get;
            var all = await Count("");
            Assert.True(all > 0, $"{list.Name} has no item to walk over");
            foreach (var filter in list.InputType.Fields.InDeclarationOrder().Where(f => f.Name is not ("page_size" or "page_token")))
            {
                if (ShownElsewhere.Contains($"{list.Name}.{filter.Name}"))
                    continue;
                var found = await Task.WhenAll(Values(filter, one).Select(async sent => (sent.Value, await Count($"?{filter.JsonName}={Uri.EscapeDataString(sent.Value)}"), sent.Finds)));
                if (filter.FieldType == FieldType.Enum)
                    Assert.Equal((list.Name, filter.Name, all), (list.Name, filter.Name, found.Sum(f => f.Item2)));
                else
                    Assert.All(found, f => Assert.Equal((list.Name, filter.Name, f.Value, f.Finds ? all : 0), (list.Name, filter.Name, f.Value, f.Item2)));
            }

            async Task<int> Count(string query)
            {
                using var reply = await http.GetAsync(path + query);
                var body = await reply.Content.ReadAsStringAsync();
                Assert.True(reply.IsSuccessStatusCode, $"{path}{query}: {body}");
                var items = list.OutputType.Fields.InDeclarationOrder().First(f => f.IsRepeated);
                return JsonNode.Parse(body)![items.JsonName]!.AsArray().Count;
            }
        }
    }

    [Fact]
    public async Task Only_what_changed_since_is_listed_and_a_wrong_filter_is_named()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var requested = await one.Requested();
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        var since = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(service.Clock.GetUtcNow());
        Assert.Empty((await one.Authorizations.ListAuthorizationsAsync(new() { UpdatedSince = since }, one.AsPayer)).Authorizations);
        await one.Approve(requested);
        Assert.Equal(requested.Name, Assert.Single((await one.Authorizations.ListAuthorizationsAsync(new() { UpdatedSince = since }, one.AsPayer)).Authorizations).Name);
        // A diagnosis that is recorded changes the person; it does not change the authorization.
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        since = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(service.Clock.GetUtcNow());
        Assert.Empty((await one.Individuals.ListIndividualsAsync(new() { UpdatedSince = since }, one.AsProvider)).Individuals);
        await one.Record(new() { OtherService = new() { Kind = Proto.OtherServiceKind.Act, From = service.Day(200) } });
        Assert.Single((await one.Individuals.ListIndividualsAsync(new() { UpdatedSince = since }, one.AsProvider)).Individuals);

        var wrong = await service.RefusedWithoutTrace(async () => await one.Authorizations.ListAuthorizationsAsync(
            new() { Payer = "alliance", ReceivedFrom = "yesterday", UpdatedSince = new() { Seconds = -1 } }, one.AsPayer));
        Assert.Equal(["payer", "received_from", "updated_since"], wrong.Fields.Order());
        var backwards = await service.RefusedWithoutTrace(async () => await one.Authorizations.ListAuthorizationsAsync(
            new() { ReceivedFrom = service.Day(), ReceivedThrough = service.Day(-1) }, one.AsPayer));
        Assert.Equal(["received_through"], backwards.Fields);
    }

    [Fact]
    public async Task A_merge_changes_what_moved_to_the_survivor()
    {
        var survivor = await PersonBuilder.Register(service);
        var merged = await (await PersonBuilder.Register(service, provider: survivor.Provider)).WithFacts();
        var order = await merged.Draft();
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        var since = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(service.Clock.GetUtcNow());
        await survivor.Individuals.MergeIndividualsAsync(new()
        {
            Survivor = survivor.Name,
            Etag = (await survivor.Read()).Etag,
            Merged = merged.Name,
            MergedEtag = (await merged.Read()).Etag,
            RequestId = EligibilityService.NewId(),
        }, survivor.AsProvider);
        Assert.Equal(survivor.Name, Assert.Single(
            (await survivor.Individuals.ListIndividualsAsync(new() { UpdatedSince = since }, survivor.AsProvider)).Individuals).Name);
        Assert.Equal(order.Name, Assert.Single(
            (await survivor.ServiceOrders.ListServiceOrdersAsync(new() { UpdatedSince = since }, survivor.AsProvider)).ServiceOrders).Name);
    }

    private static List<MethodDescriptor> Lists() =>
    [
        .. from file in new[]
           {
               Proto.IndividualsReflection.Descriptor, Proto.DeterminationsReflection.Descriptor, Proto.ServiceOrdersReflection.Descriptor,
               Proto.AuthorizationsReflection.Descriptor, Proto.AppealsReflection.Descriptor, Proto.ReferralsReflection.Descriptor,
               Proto.CareerProfilesReflection.Descriptor, Proto.DeadlinesReflection.Descriptor, Proto.DisclosuresReflection.Descriptor,
               Proto.RosterReflection.Descriptor, Proto.IntakeReferralsReflection.Descriptor, Proto.DecisionsReflection.Descriptor,
               Proto.LegalHoldsReflection.Descriptor, Proto.ChangeFeedReflection.Descriptor,
           }
           from rpcs in file.Services
           from rpc in rpcs.Methods
           where rpc.Name.StartsWith("List", StringComparison.Ordinal) && !OfOneThing.Contains(rpc.Name)
           select rpc,
    ];

    // Each value with whether it finds everything of the person or nothing. Of an enum all values together find everything.
    private IEnumerable<(string Value, bool Finds)> Values(FieldDescriptor filter, PersonBuilder one)
    {
        if (filter.FieldType == FieldType.Enum)
            return filter.EnumType.Values.Where(v => v.Number != 0).Select(v => (v.Name, true));
        var (early, late) = (service.Day(-4000), service.Day(4000));
        return filter.Name switch
        {
            _ when filter.FieldType == FieldType.Message =>
                [(Instant(0), true), (Instant(1), false)],
            "provider" => [($"organizations/{one.Provider}", true), ("organizations/elsewhere", false)],
            "payer" => [($"organizations/{one.Payer}", true), ("organizations/elsewhere", false)],
            "sender" => [($"organizations/{one.Payer}", true), ("organizations/elsewhere", false)],
            "program" => [("nc-core", true), ("mo-dmh-vr", false)],
            "individual" => [(one.Name, true), ($"individuals/{NoId}", false)],
            "authorization" => [($"authorizations/{NoId}", false)],
            "owner" => [($"staff/{NoId}", false)],
            "rule_id" => [("NC-NONE-001", false)],
            "subject" => [($"authorizations/{NoId}", false)],
            "vr_office" => [("elsewhere", false)],
            "milestone" => [("3", true), ("5", false)],
            "covered_on" => [(service.Day(), true), (early, false)],
            _ when filter.Name.EndsWith("_from", StringComparison.Ordinal) => [(early, true), (late, false)],
            _ when filter.Name.EndsWith("_through", StringComparison.Ordinal) || filter.Name.EndsWith("_before", StringComparison.Ordinal) =>
                [(late, true), (early, false)],
            _ => throw new NotSupportedException($"{filter.FullName} is a new filter: say here what it finds."),
        };

        string Instant(int seconds) => service.Clock.GetUtcNow().AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }

    // One of everything that a list shows, all of one agency, one payer, one program and one instant.
    private async Task<PersonBuilder> WithEverything()
    {
        var one = await (await (await PersonBuilder.Register(service, funding: Funding.Medicaid)).WithFacts()).WithDocuments();
        await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        await one.Draft();
        var denied = await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(await one.Requested(), Proto.AuthorizationOutcome.Deny, "NC-AUTH-011"), one.AsPayer);
        await one.Appeals.FileAppealAsync(new()
        {
            Authorization = denied.Name,
            Kind = Proto.AppealKind.Appeal,
            Filer = Proto.AppealFiler.Provider,
            RequestedOn = service.Day(),
            Reason = "Quillwhy",
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
        await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        var referral = Assert.Single((await one.Referrals.ListReferralsAsync(new(), one.AsProvider)).Referrals);
        await one.Referrals.RecordDvrsDecisionAsync(
            new() { Name = referral.Name, MessageId = EligibilityService.NewId(), Outcome = Proto.DvrsOutcome.Eligible, DecidedOn = service.Day() }, one.AsDvrs);
        await one.Referrals.RecordVrAuthorizationAsync(new()
        {
            Name = referral.Name,
            MessageId = EligibilityService.NewId(),
            Number = EligibilityService.NewId(),
            Milestone = 3,
            AmountUsd = "1500.00",
            ValidFrom = service.Day(),
            ValidThrough = service.Day(59),
        }, one.AsDvrs);
        await new Proto.Roster.RosterClient(service.Channel).SendRosterEntryAsync(new()
        {
            Provider = $"organizations/{one.Provider}",
            GivenName = "Quillother",
            FamilyName = "Quillfamily",
            BirthDate = "1991-07-24",
            Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = EligibilityService.NewCode("member") } },
            RequestId = EligibilityService.NewId(),
        }, one.AsPayer);
        Proto.IntakeReferrals.IntakeReferralsClient intake = new(service.Channel);
        var sent = await intake.SendIntakeReferralAsync(new()
        {
            Provider = $"organizations/{one.Provider}",
            Content = new()
            {
                Source = Proto.IntakeSource.Mco,
                Program = "nc-core",
                Person = new() { GivenName = "Quillgiven", FamilyName = "Quillfamily", BirthDate = "1991-07-23" },
            },
            RequestId = EligibilityService.NewId(),
        }, one.AsPayer);
        var received = await intake.GetIntakeReferralAsync(new() { Name = sent.Name }, one.AsProvider);
        var contacted = await intake.RecordFirstContactAsync(new()
        {
            Name = received.Name,
            Etag = received.Etag,
            On = service.Day(),
            Channel = Proto.ContactChannel.Phone,
            Role = StaffRole.Esp,
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
        var accepted = await intake.AcceptIntakeReferralAsync(
            new() { Name = contacted.Name, Etag = contacted.Etag, RequestId = EligibilityService.NewId() }, one.AsProvider);
        await intake.ConvertIntakeReferralAsync(
            new() { Name = accepted.Name, Etag = accepted.Etag, Individual = one.Name, RequestId = EligibilityService.NewId() }, one.AsProvider);
        Proto.Disclosures.DisclosuresClient disclosures = new(service.Channel);
        await disclosures.OpenDisclosureAsync(new()
        {
            Individual = one.Name,
            Reason = "Emergency department asks",
            Minutes = 30,
            RequestId = EligibilityService.NewId(),
        }, service.As(Roles.Ops, "platform", EligibilityService.NewCode("person")));
        await one.Authorizations.SetAutoApprovalAsync(new()
        {
            Program = "nc-core",
            Kind = Proto.AuthorizationKind.M6,
            Enabled = false,
            RequestId = EligibilityService.NewId(),
        }, one.AsPayer);
        return one;
    }
}
