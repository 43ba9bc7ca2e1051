using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Xunit;
using State = Ips.Contracts.Staffing.V1.ExclusionHitState;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Imports of the federal list of excluded persons and of the state's list of adverse actions.</summary>
[Collection("staffing")]
public sealed class ExclusionListTests(StaffingService service)
{
    internal const string Header =
        "LASTNAME,FIRSTNAME,MIDNAME,BUSNAME,GENERAL,SPECIALTY,UPIN,NPI,DOB,ADDRESS,CITY,STATE,ZIP,EXCLTYPE,EXCLDATE,REINDATE,WAIVERDATE,WVRSTATE";

    private const string Npi = "1245319599";

    [Fact]
    public async Task An_entry_is_found_by_NPI_else_by_names_and_birth_date_and_a_check_without_one_is_stored_too()
    {
        var (agency, family) = (await Agency.Register(service, "la-acla"), Family());
        var byNpi = await Person(agency, "Anna", family, npi: Npi);
        var byName = await Person(agency, "Bénoît", $"O'{family} Jr", "1980-02-03");
        var otherDay = await Person(agency, "Clara", family, "1980-02-03");
        var without = await agency.Hire();
        var import = await Import(agency, File(
            Line("SOMEBODY", "ELSE", npi: Npi), Line($"O {family}", "BENOIT", dob: "19800203"), Line(family, "CLARA", dob: "19800204"),
            Line(family, "CLARA", dob: "19800203", back: "20200101")));
        Assert.Equal((4, 3, 1, 1, 1), (import.Lines, import.PeopleChecked, import.PeopleWithoutNames, import.ConfirmedHits, import.PossibleHits));

        var hits = (await agency.Clearances.ListExclusionHitsAsync(new(), agency.Own)).ExclusionHits.ToDictionary(h => h.StaffMember);
        Assert.Equal((State.Confirmed, Proto.ExclusionMatch.Npi, service.Day(), 2), (hits[byNpi].State, hits[byNpi].Match, hits[byNpi].KnownOn, hits[byNpi].Line));
        Assert.Equal((State.Possible, Proto.ExclusionMatch.NameAndBirthDate, "", 3), (hits[byName].State, hits[byName].Match, hits[byName].KnownOn, hits[byName].Line));
        Assert.Contains("FIRSTNAME=BENOIT", hits[byName].Entry, StringComparison.Ordinal);
        Assert.Equal(2, hits.Count);
        Assert.Equal(0, await service.Count("exclusion_hits h where h::text like '%BENOIT%'"));
        var results = new Dictionary<string, Proto.ClearanceResult>();
        foreach (var member in new[] { byNpi, byName, otherDay })
        {
            var check = Assert.Single((await agency.Clearances.ListClearancesAsync(new() { StaffMember = member }, agency.Own)).Clearances);
            Assert.Equal((Proto.ClearanceKind.Leie, service.Day(), import.Name), (check.Kind, check.DoneOn, check.ListImport));
            results[member] = check.Result;
        }

        Assert.Equal((Proto.ClearanceResult.Fail, Proto.ClearanceResult.Possible, Proto.ClearanceResult.Pass), (results[byNpi], results[byName], results[otherDay]));
        Assert.Empty((await agency.Clearances.ListClearancesAsync(new() { StaffMember = without }, agency.Own)).Clearances);
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing_and_checks_who_came_since()
    {
        var (agency, family) = (await Agency.Register(service, "la-acla"), Family());
        await Person(agency, "Anna", family, "1980-02-03");
        var file = File(Line(family, "ANNA", dob: "19800203"), Line(family, "NEW"));
        var id = StaffingService.NewId();
        var first = await Import(agency, file, id);
        var before = await service.Everything();
        Assert.Equal(first, await Import(agency, file, id));
        Assert.Equal(before, await service.Everything());
        Assert.Equal(first, await Import(agency, file));
        Assert.Single((await agency.Clearances.ListListImportsAsync(new(), agency.Own)).ListImports);
        Assert.Equal("request_id", Assert.Single((await service.RefusedWithoutTrace(() => Import(agency, File(Line("X", "Y")), id))).Fields));

        var later = await Person(agency, "New", family);
        var again = await Import(agency, file);
        Assert.Equal((first.Name, 2, 2), (again.Name, again.PeopleChecked, again.PossibleHits));
        Assert.Equal(Proto.ExclusionMatch.NameOnly,
            Assert.Single((await agency.Clearances.ListExclusionHitsAsync(new() { StaffMember = later }, agency.Own)).ExclusionHits).Match);
    }

    [Fact]
    public async Task A_confirmed_entry_blocks_from_the_day_it_was_known_and_a_cleared_one_stays_cleared_in_the_next_file()
    {
        var (agency, family) = (await Agency.Register(service, "la-acla"), Family());
        var member = await ClearedSpecialist(agency, family);
        Assert.Equal(Proto.QualificationGate.Qualified, (await agency.Verify(member)).Gate);
        var person = agency.Assignment(member);
        await agency.Caseloads.AssignIndividualAsync(person, agency.Own);

        await Import(agency, File(Line(family, "ANNA", dob: "19800203")));
        var waiting = await agency.Verify(member);
        Assert.Equal((Proto.QualificationGate.Restricted, true), (waiting.Gate, waiting.Qualified));
        var hit = Assert.Single((await agency.Clearances.ListExclusionHitsAsync(new() { State = State.Possible }, agency.Own)).ExclusionHits);
        Proto.AnswerExclusionHitRequest answer = new()
        {
            Name = hit.Name,
            Answer = State.Confirmed,
            Reason = Proto.ExclusionHitReason.VerifiedAtList,
            KnownOn = service.Day(-2),
            Etag = hit.Etag,
            RequestId = StaffingService.NewId(),
        };
        var confirmed = await agency.Clearances.AnswerExclusionHitAsync(answer, agency.Own);
        Assert.Equal((State.Confirmed, person.Individual), (confirmed.State, Assert.Single(confirmed.PeopleToReassign)));
        foreach (var (day, gate) in new[] { (-3, Proto.QualificationGate.Qualified), (-2, Proto.QualificationGate.Blocked), (0, Proto.QualificationGate.Blocked) })
            Assert.Equal((gate, gate != Proto.QualificationGate.Blocked), ((await agency.Verify(member, day)).Gate, (await agency.Verify(member, day)).Qualified));
        var blocked = await agency.Verify(member, caller: agency.Ops);
        Assert.Contains("LA-BGC-007", blocked.OpenItems.Where(i => i.Blocks).Select(i => i.RuleId));
        Assert.Null(blocked.Clearance);
        Assert.Contains(service.Day(-2), (string)(await service.Scalar(
            $"select string_agg(body::text, ' ') from outbox_rows where type = 'ips.staffing.staff-blocked.v1' and body::text like '%{member[6..]}%'"))!,
            StringComparison.Ordinal);

        answer.RequestId = StaffingService.NewId();
        Assert.Equal(StatusCode.Aborted, (await service.RefusedWithoutTrace(async () => await agency.Clearances.AnswerExclusionHitAsync(answer, agency.Own))).Code);
        (answer.Etag, answer.Answer, answer.KnownOn, answer.Reason) = (confirmed.Etag, State.Cleared, "", Proto.ExclusionHitReason.OtherParticulars);
        await agency.Clearances.AnswerExclusionHitAsync(answer, agency.Own);
        Assert.Equal(Proto.QualificationGate.Qualified, (await agency.Verify(member)).Gate);
        Assert.Equal(1, await service.Count($"outbox_rows where type = 'ips.staffing.staff-cleared.v1' and body::text like '%{member[6..]}%'"));
        var next = await Import(agency, File(Line("Z", "Z"), Line(family, "ANNA", dob: "19800203")));
        Assert.Equal((1, 0, 0), (next.PeopleChecked, next.ConfirmedHits, next.PossibleHits));
        Assert.Equal(Proto.QualificationGate.Qualified, (await agency.Verify(member)).Gate);
    }

    [Fact]
    public async Task The_list_of_adverse_actions_has_its_own_columns()
    {
        var (agency, family) = (await Agency.Register(service, "la-lhcc"), Family());
        var member = await Person(agency, "Anna", family, "1980-02-03");
        var import = await Import(agency, AdverseActions($"{family},ANNA,,,19800203,20240101"), list: Proto.ExclusionList.AdverseActions);
        Assert.Equal((1, 1), (import.Lines, import.PossibleHits));
        Assert.Equal(Proto.ClearanceKind.AdverseActions,
            Assert.Single((await agency.Clearances.ListClearancesAsync(new() { StaffMember = member }, agency.Own)).Clearances).Kind);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("LASTNAME,FIRSTNAME\n", "column 3 is expected to be MIDNAME")]
    [InlineData(Header + ",MORE\n", "column 19 is expected to be none")]
    [InlineData(Header + "\nA,B,C\n", "has 3 columns in line 2, expected 18")]
    [InlineData(Header + "\nA,B,,,,,,0000000000,19800203,,,,,1128b1,20200101,00000000,00000000,", "ends within line 2")]
    [InlineData(Header + "\nA,B,,,,,,0000000000,1980-02-03,,,,,1128b1,20200101,00000000,00000000,\n", "in line 2, column DOB")]
    public async Task A_file_of_another_layout_or_cut_is_named_and_nothing_is_stored(string file, string why)
    {
        var agency = await Agency.Register(service, "la-acla");
        await Person(agency, "Anna", Family());
        var refused = await service.RefusedWithoutTrace(() => Import(agency, file));
        Assert.Equal((StatusCode.InvalidArgument, "content"), (refused.Code, Assert.Single(refused.Fields)));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_80_MB_is_refused_and_nothing_is_stored()
    {
        var agency = await Agency.Register(service, "la-acla");
        await Person(agency, "Anna", Family());
        var line = Encoding.UTF8.GetBytes(Line("SOMEBODY", "ELSE", dob: "19800203") + "\n");
        var piece = ByteString.CopyFrom([.. Enumerable.Repeat(line, 1_000_000 / line.Length).SelectMany(l => l)]);
        var refused = await service.RefusedWithoutTrace(async () =>
        {
            using var call = agency.Clearances.ImportExclusionList(agency.Own);
            await call.RequestStream.WriteAsync(new() { List = Proto.ExclusionList.OigLeie, RequestId = StaffingService.NewId(), Content = ByteString.CopyFromUtf8(Header + "\n") });
            try
            {
                for (var i = 0; i < 80; i++)
                    await call.RequestStream.WriteAsync(new() { Content = piece });
                await call.RequestStream.CompleteAsync();
            }
            catch (Exception ended) when (ended is RpcException or InvalidOperationException or IOException)
            {
                // The service answered before everything was sent.
            }

            await call;
        });
        Assert.Equal((StatusCode.InvalidArgument, "content"), (refused.Code, Assert.Single(refused.Fields)));
        Assert.Contains("larger than 64 MB", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_message_names_the_list_and_only_that()
    {
        var agency = await Agency.Register(service, "la-acla");
        Assert.Equal("list request_id", string.Join(' ', (await service.RefusedWithoutTrace(() => Send(agency.Own, new Proto.ImportExclusionListRequest()))).Fields.Order()));
        Proto.ImportExclusionListRequest first = new() { List = Proto.ExclusionList.OigLeie, RequestId = StaffingService.NewId(), Content = ByteString.CopyFromUtf8(Header + "\n") };
        Assert.Equal("list", Assert.Single((await service.RefusedWithoutTrace(() => Send(agency.Own, first, first))).Fields));
        Assert.Equal("list", Assert.Single((await service.RefusedWithoutTrace(() => Send(agency.Own))).Fields));
        foreach (var denied in new[] { Roles.Mco, Roles.State, Roles.Dvrs })
            Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(() => Send(service.As(denied, "some-one"), first))).Code);
    }

    [Fact]
    public async Task A_provider_checks_its_own_staff_alone_and_no_other_sees_its_entries()
    {
        var (agency, other, family) = (await Agency.Register(service, "la-acla"), await Agency.Register(service, "la-acla"), Family());
        await Person(agency, "Anna", family, "1980-02-03");
        await Person(other, "Anna", family, "1980-02-03");
        var import = await Import(agency, File(Line(family, "ANNA", dob: "19800203")));
        Assert.Equal((1, 1), (import.PeopleChecked, import.PossibleHits));
        Assert.Empty((await other.Clearances.ListExclusionHitsAsync(new(), other.Own)).ExclusionHits);
        Assert.Empty((await other.Clearances.ListListImportsAsync(new(), other.Own)).ListImports);
        var hit = Assert.Single((await agency.Clearances.ListExclusionHitsAsync(new(), agency.Own)).ExclusionHits);
        Proto.AnswerExclusionHitRequest answer = new()
        {
            Name = hit.Name,
            Answer = State.Cleared,
            Reason = Proto.ExclusionHitReason.Statement,
            Etag = hit.Etag,
            RequestId = StaffingService.NewId(),
        };
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await other.Clearances.AnswerExclusionHitAsync(answer, other.Own))).Code);
        (answer.Answer, answer.Reason) = (State.Possible, Proto.ExclusionHitReason.SameNpi);
        Assert.Equal("answer reason", string.Join(' ', (await service.RefusedWithoutTrace(async () =>
            await agency.Clearances.AnswerExclusionHitAsync(answer, agency.Own))).Fields.Order()));
        (answer.Answer, answer.Reason) = (State.Confirmed, Proto.ExclusionHitReason.Statement);
        Assert.Equal("known_on", Assert.Single((await service.RefusedWithoutTrace(async () =>
            await agency.Clearances.AnswerExclusionHitAsync(answer, agency.Own))).Fields));
    }

    /// <summary>A specialist of a Louisiana team who may serve without restriction.</summary>
    internal async Task<string> ClearedSpecialist(Agency agency, string family)
    {
        var member = await agency.Hire(-10, r => r.Particulars = new() { GivenName = "Anna", FamilyName = family, BirthDate = "1980-02-03", Licensed = true });
        await agency.Worked(member, "2022-01-01", "2024-12-31", Proto.ExperienceKind.PaidWork, Proto.ExperienceKind.SevereMentalIllness);
        await agency.ClearedForHire(member, -10);
        await agency.Assign(member, StaffRole.Esp);
        return member;
    }

    internal static string File(params string[] lines) => string.Join("\n", lines.Prepend(Header)) + "\n";

    internal static string AdverseActions(params string[] lines) => string.Join("\n", lines.Prepend("LASTNAME,FIRSTNAME,MIDNAME,NPI,DOB,ACTIONDATE")) + "\n";

    internal static string Line(string last, string first, string npi = "0000000000", string dob = "", string back = "00000000") =>
        $"{last},{first},,,IND- LIC HC SERV PRO,NURSE/NURSES AIDE,,{npi},{dob},12 MAIN ST,BATON ROUGE,LA,70801,1128b4,20190520,{back},00000000,";

    internal static Task<Proto.ListImport> Import(
        Agency agency, string file, string? id = null, Proto.ExclusionList list = Proto.ExclusionList.OigLeie, Metadata? caller = null)
    {
        var bytes = Encoding.UTF8.GetBytes(file);
        Proto.ImportExclusionListRequest first = new() { List = list, RequestId = id ?? StaffingService.NewId() };
        return Send(caller ?? agency.Own, agency.Clearances, [first, .. bytes.Chunk(100_000).Select(piece => new Proto.ImportExclusionListRequest { Content = ByteString.CopyFrom(piece) })]);
    }

    internal static async Task<Proto.ListImport> Send(Metadata caller, Proto.Clearances.ClearancesClient client, IEnumerable<Proto.ImportExclusionListRequest> messages)
    {
        using var call = client.ImportExclusionList(caller);
        try
        {
            foreach (var message in messages)
                await call.RequestStream.WriteAsync(message);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException or IOException)
        {
            // The service answered before everything was sent.
        }

        return await call;
    }

    private Task<Proto.ListImport> Send(Metadata caller, params Proto.ImportExclusionListRequest[] messages) => Send(caller, new(service.Channel), messages);

    private static async Task<string> Person(Agency agency, string given, string family, string birth = "", string npi = "") => await agency.Hire(with: r =>
        r.Particulars = new() { GivenName = given, FamilyName = family, BirthDate = birth, Npi = npi });

    /// <summary>A name that no other test uses, of letters only.</summary>
    private static string Family() => "Q" + string.Concat(Guid.CreateVersion7().ToString("N")[^10..].Select(c => (char)('A' + Convert.ToInt32(c.ToString(), 16))));
}
