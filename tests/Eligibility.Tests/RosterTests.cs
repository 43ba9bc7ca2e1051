using Grpc.Core;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A payer asks an agency to serve a person, and learns nothing by asking. The agency registers the person, or not.</summary>
[Collection("eligibility")]
public sealed class RosterTests(EligibilityService service)
{
    private Proto.Roster.RosterClient Roster => new(service.Channel);

    [Fact]
    public async Task The_answer_is_the_same_for_a_person_on_file_an_unknown_one_and_an_unknown_agency()
    {
        var one = await PersonBuilder.Register(service);
        var payer = EligibilityService.NewCode("payer");
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(
            async () => await one.Individuals.RegisterIndividualAsync(one.Registration(), service.As(Roles.Mco, payer)))).Code);
        foreach (var (provider, member) in new[]
        {
            (one.Provider, one.Identifier), (one.Provider, EligibilityService.NewCode("member")), (EligibilityService.NewCode("nowhere"), one.Identifier),
        })
        {
            var sent = await Send(provider, payer, member);
            var bare = sent.Clone();
            (bare.Name, bare.CreateTime) = ("", null);
            Assert.Equal(
                new Proto.RosterEntry
                {
                    Etag = sent.Etag,
                    Payer = $"organizations/{payer}",
                    Provider = $"organizations/{provider}",
                    State = Proto.RosterEntryState.Sent,
                }, bare);
        }
    }

    [Fact]
    public async Task The_agency_accepts_and_the_payer_sees_the_person()
    {
        var (provider, payer, member) = (EligibilityService.NewCode("agency"), EligibilityService.NewCode("payer"), EligibilityService.NewCode("member"));
        var sent = await Send(provider, payer, member);
        var seen = Assert.Single((await Roster.ListRosterEntriesAsync(new() { State = Proto.RosterEntryState.Sent }, service.As(Roles.Provider, provider)))
            .RosterEntries);
        Assert.Equal((sent.Name, "Quillgiven", "Quillfamily", "1991-07-23", member),
            (seen.Name, seen.GivenName, seen.FamilyName, seen.BirthDate, Assert.Single(seen.Identifiers).Value));
        foreach (var other in new[] { service.As(Roles.Provider, "agency-foreign"), service.As(Roles.Mco, "payer-foreign") })
            Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await Roster.GetRosterEntryAsync(new() { Name = sent.Name }, other))).Code);
        Assert.Equal(0L, await service.Count($"roster_entries e where id = '{sent.Name[14..]}' and e::text like '%Quill%'"));

        var accepted = await Accept(seen, provider);
        Assert.Equal((Proto.RosterEntryState.Accepted, ""), (accepted.State, accepted.GivenName));
        var individual = await new Proto.Individuals.IndividualsClient(service.Channel).GetIndividualAsync(
            new() { Name = accepted.Individual }, service.As(Roles.Mco, payer));
        Assert.Equal(("Quillgiven", $"organizations/{provider}"), (individual.GivenName, individual.Provider));
        Assert.Equal(1L, await service.Count($"roster_entries where id = '{sent.Name[14..]}' and personal_data is null"));
        Assert.Equal(1L, await service.Count($"outbox_rows where subject = '{accepted.Individual}' and type = 'ips.eligibility.individual-registered.v1'"));
    }

    [Fact]
    public async Task A_person_on_file_is_matched_and_not_registered_twice()
    {
        var one = await PersonBuilder.Register(service);
        var payer = EligibilityService.NewCode("payer");
        var sent = await Send(one.Provider, payer, one.Identifier);
        Assert.Equal(StatusCode.AlreadyExists, (await service.RefusedWithoutTrace(() => Accept(sent, one.Provider))).Code);
        var stranger = await PersonBuilder.Register(service);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(() => Accept(sent, one.Provider, stranger.Name))).Code);
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await one.Read(service.As(Roles.Mco, payer)))).Code);
        Assert.Equal(one.Name, (await Accept(sent, one.Provider, one.Name)).Individual);
        Assert.Equal(one.Name, (await one.Read(service.As(Roles.Mco, payer))).Name);
        Assert.Equal(one.Name, (await one.Read(one.AsPayer)).Name);
    }

    [Fact]
    public async Task What_the_agency_declines_is_erased_and_not_answered_again()
    {
        var (provider, payer) = (EligibilityService.NewCode("agency"), EligibilityService.NewCode("payer"));
        var sent = await Send(provider, payer, EligibilityService.NewCode("member"));
        Proto.DeclineRosterEntryRequest decline = new() { Name = sent.Name, Etag = "7", RequestId = EligibilityService.NewId() };
        Assert.Equal(StatusCode.Aborted,
            (await service.RefusedWithoutTrace(async () => await Roster.DeclineRosterEntryAsync(decline, service.As(Roles.Provider, provider)))).Code);
        decline.Etag = sent.Etag;
        var declined = await Roster.DeclineRosterEntryAsync(decline, service.As(Roles.Provider, provider));
        Assert.Equal((Proto.RosterEntryState.Declined, "", ""), (declined.State, declined.FamilyName, declined.Individual));
        Assert.Equal(1L, await service.Count($"roster_entries where id = '{sent.Name[14..]}' and personal_data is null"));
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(() => Accept(declined, provider))).Code);
        var read = await Roster.GetRosterEntryAsync(new() { Name = sent.Name }, service.As(Roles.Mco, payer));
        Assert.Equal(Proto.RosterEntryState.Declined, read.State);
    }

    [Fact]
    public async Task Many_are_sent_in_one_call_each_with_its_result_and_a_retry_sends_no_one_twice()
    {
        var (provider, payer, member) = (EligibilityService.NewCode("agency"), EligibilityService.NewCode("payer"), EligibilityService.NewCode("member"));
        Proto.SendRosterEntriesRequest request = new() { Provider = $"organizations/{provider}", RequestId = EligibilityService.NewId() };
        request.Members.Add(Member("Quillgiven", "Quillfamily", member));
        request.Members.Add(Member("Quillgiven", "", member + "-2"));
        request.Members.Add(Member("Other", "Person", member.ToUpperInvariant() + " "));
        request.Members.Add(Member("QUILLFAMILY", "Quillgivén", member + "-3"));
        request.Members.Add(Member("Second", "Person", member + "-4"));
        var answers = await SendAll(request, payer);
        Assert.Equal([(0, 0), (1, (int)StatusCode.InvalidArgument), (2, (int)StatusCode.AlreadyExists), (3, (int)StatusCode.AlreadyExists), (4, 0)],
            answers.Select(a => (a.Index, a.Code)));
        Assert.Contains("family_name", answers[1].Message, StringComparison.Ordinal);
        Assert.Equal(2, (await Roster.ListRosterEntriesAsync(new(), service.As(Roles.Provider, provider))).RosterEntries.Count);
        Assert.Equal(answers, await SendAll(request, payer));
        Assert.Equal(2, (await Roster.ListRosterEntriesAsync(new(), service.As(Roles.Provider, provider))).RosterEntries.Count);
        // The rest of a call that broke off: what was sent keeps its answer.
        request.Members.Add(Member("Third", "Person", member + "-5"));
        Assert.Equal(answers.Select(a => a.RosterEntry?.Name), (await SendAll(request, payer)).Take(5).Select(a => a.RosterEntry?.Name));
        Assert.Equal(3, (await Roster.ListRosterEntriesAsync(new(), service.As(Roles.Provider, provider))).RosterEntries.Count);
    }

    [Fact]
    public async Task A_file_with_the_elements_of_an_834_is_read_by_its_headings()
    {
        var (provider, payer, member) = (EligibilityService.NewCode("agency"), EligibilityService.NewCode("payer"), EligibilityService.NewCode("member"));
        Proto.SendRosterEntriesRequest request = new()
        {
            Provider = $"organizations/{provider}",
            IdentifierSystem = "medicaid-nc",
            Csv = $"INS03,NM104,NM103,DMG02,N301,NM109\r\n021,Quillgiven,\"Quill, \"\"family\"\"\",19910723,\"12 Street\",{member}\r\n"
                + $"024,Gone,Person,19800101,,{member}-2\n\n021,Bad,Date,1980011,,{member}-3\n021,Short\n021,Last,Line,19800102,,{member}-4",
            RequestId = EligibilityService.NewId(),
        };
        var answers = await SendAll(request, payer);
        int wrong = (int)StatusCode.InvalidArgument;
        Assert.Equal([(0, 0), (1, wrong), (2, wrong), (3, wrong), (4, 0)], answers.Select(a => (a.Index, a.Code)));
        Assert.Contains("INS03", answers[1].Message, StringComparison.Ordinal);
        Assert.Contains("birth_date", answers[2].Message, StringComparison.Ordinal);
        var sent = (await Roster.ListRosterEntriesAsync(new(), service.As(Roles.Provider, provider))).RosterEntries.Select(
            e => $"{e.GivenName}|{e.FamilyName}|{e.BirthDate}|{e.Identifiers[0].System}|{e.Identifiers[0].Value}").Order();
        Assert.Equal([$"Last|Line|1980-01-02|medicaid-nc|{member}-4", $"Quillgiven|Quill, \"family\"|1991-07-23|medicaid-nc|{member}"], sent);
    }

    [Theory]
    [InlineData("", "medicaid-nc", "members")]
    [InlineData("NM103,NM104,NM109\nA,B,C", "medicaid-nc", "csv")]
    [InlineData("NM103,NM104,NM109,DMG02", "medicaid-nc", "csv")]
    [InlineData("NM103,NM104,NM109,DMG02\n\"A,B,C,19800101", "medicaid-nc", "csv")]
    [InlineData("NM103,NM104,NM109,DMG02\nA,B,C,19800101", "Medicaid NC", "identifier_system")]
    public async Task A_file_that_cannot_be_read_is_refused_whole(string csv, string system, string field)
    {
        Proto.SendRosterEntriesRequest request =
            new() { Provider = "organizations/agency-one", Csv = csv, IdentifierSystem = system, RequestId = EligibilityService.NewId() };
        var refused = await service.RefusedWithoutTrace(() => SendAll(request, "payer-one"));
        Assert.Equal((StatusCode.InvalidArgument, true), (refused.Code, refused.Fields.Contains(field)));
    }

    private static Proto.RosterMember Member(string given, string family, string member) => new()
    {
        GivenName = given,
        FamilyName = family,
        BirthDate = "1991-07-23",
        Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = member } },
    };

    private async Task<List<Proto.SendRosterEntriesResponse>> SendAll(Proto.SendRosterEntriesRequest request, string payer)
    {
        using var call = Roster.SendRosterEntries(request, service.As(Roles.Mco, payer));
        return await call.ResponseStream.ReadAllAsync().ToListAsync();
    }

    private async Task<Proto.RosterEntry> Send(string provider, string payer, string member) => await Roster.SendRosterEntryAsync(new()
    {
        Provider = $"organizations/{provider}",
        GivenName = "Quillgiven",
        FamilyName = "Quillfamily",
        BirthDate = "1991-07-23",
        Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = member } },
        RequestId = EligibilityService.NewId(),
    }, service.As(Roles.Mco, payer));

    private async Task<Proto.RosterEntry> Accept(Proto.RosterEntry entry, string provider, string individual = "") => await Roster.AcceptRosterEntryAsync(
        new() { Name = entry.Name, Etag = entry.Etag, Individual = individual, RequestId = EligibilityService.NewId() }, service.As(Roles.Provider, provider));
}
