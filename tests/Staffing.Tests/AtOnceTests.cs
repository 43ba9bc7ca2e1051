using Grpc.Core;
using Ips.Testing;
using Npgsql;
using Xunit;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Two callers at once, and an import that is killed while it writes: everything is counted, nothing is there twice, and nothing half.</summary>
[Collection("staffing")]
public sealed class AtOnceTests(StaffingService service)
{
    private const string Kill = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

    [Theory]
    [InlineData(Proto.ExclusionList.OigLeie)]
    [InlineData(Proto.ExclusionList.AdverseActions)]
    public async Task A_list_from_several_at_once_is_one_import_and_checks_each_once(Proto.ExclusionList list)
    {
        var (agency, people, file) = await ThreeOnAList(list);
        var imports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ExclusionListTests.Import(agency, file, list: list)));
        Assert.Single(imports.Select(i => i.Name).Distinct());
        Assert.All(imports, i => Assert.Equal((3, 3), (i.PeopleChecked, i.PossibleHits)));
        await OnFile(agency, people, checks: 1, hits: 1);
    }

    [Fact]
    public async Task Two_lists_at_once_check_each_on_both()
    {
        var (agency, people, file) = await ThreeOnAList();
        var other = file.Replace("12 MAIN ST", "14 MAIN ST", StringComparison.Ordinal);
        await Task.WhenAll(ExclusionListTests.Import(agency, file), ExclusionListTests.Import(agency, other));
        await OnFile(agency, people, checks: 2, hits: 2);
        Assert.Equal([3, 3], (await agency.Clearances.ListListImportsAsync(new(), agency.Own)).ListImports.Select(i => i.PossibleHits));
    }

    [Theory]
    [InlineData(Proto.ExclusionList.OigLeie)]
    [InlineData(Proto.ExclusionList.AdverseActions)]
    public async Task A_list_whose_import_is_killed_while_it_writes_leaves_nothing_and_the_same_request_does_it(Proto.ExclusionList list)
    {
        var (agency, people, file) = await ThreeOnAList(list);
        var (id, before) = (StaffingService.NewId(), await service.Everything());
        await Killed("clearance_checks", () => ExclusionListTests.Import(agency, file, id, list));
        Assert.Equal(before, await service.Everything());
        Assert.Equal(3, (await ExclusionListTests.Import(agency, file, id, list)).PossibleHits);
        await OnFile(agency, people, checks: 1, hits: 1);
    }

    [Fact]
    public async Task A_list_whose_caller_leaves_in_the_middle_leaves_nothing()
    {
        var (agency, _, file) = await ThreeOnAList();
        var before = await service.Everything();
        using (var call = agency.Clearances.ImportExclusionList(agency.Own))
        {
            await call.RequestStream.WriteAsync(new()
            {
                List = Proto.ExclusionList.OigLeie,
                RequestId = StaffingService.NewId(),
                Content = Google.Protobuf.ByteString.CopyFromUtf8(file[..(file.Length / 2)]),
            });
        }

        // The next call is answered after the service has seen the other end.
        await agency.Clearances.ListListImportsAsync(new(), agency.Own);
        Assert.Equal(before, await service.Everything());
    }

    [Fact]
    public async Task Completions_from_several_at_once_are_stored_once_and_counted()
    {
        var (agency, request) = await Completions();
        var imports = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            await agency.Training.ImportCompletionsAsync(new() { Csv = request.Csv, RequestId = StaffingService.NewId() }, agency.Own)));
        Assert.Equal((6, 18), (imports.Sum(i => i.Stored), imports.Sum(i => i.RepeatedLines)));
        Assert.Equal(6, await service.Count($"training_completions where provider = '{agency.Code}'"));
    }

    [Fact]
    public async Task Completions_whose_import_is_killed_while_it_writes_leave_nothing_and_the_same_request_does_it()
    {
        var (agency, request) = await Completions();
        var before = await service.Everything();
        await Killed("training_completions", async () => await agency.Training.ImportCompletionsAsync(request, agency.Own));
        Assert.Equal(before, await service.Everything());
        Assert.Equal(6, (await agency.Training.ImportCompletionsAsync(request, agency.Own)).Stored);
        Assert.Equal(6, await service.Count($"training_completions where provider = '{agency.Code}'"));
    }

    [Fact]
    public async Task A_calendar_whose_import_is_killed_while_it_writes_plans_nothing_and_the_same_request_does_it_once()
    {
        var agency = await Agency.Register(service);
        var request = Calendar(agency, "20260302");
        var before = await service.Everything();
        await Killed("meetings", async () => await agency.Meetings.ImportMeetingsAsync(request, agency.Own));
        Assert.Equal(before, await service.Everything());
        Assert.Equal(13, (await agency.Meetings.ImportMeetingsAsync(request, agency.Own)).Planned);
        // The answer that was lost is given again; another request finds every meeting on file.
        Assert.Equal(13, (await agency.Meetings.ImportMeetingsAsync(request, agency.Own)).Planned);
        request.RequestId = StaffingService.NewId();
        Assert.Equal(13, (await agency.Meetings.ImportMeetingsAsync(request, agency.Own)).Unchanged);
        Assert.Equal(13, await service.Count($"meetings where provider = '{agency.Code}'"));
    }

    [Fact]
    public async Task A_calendar_that_moves_a_series_is_killed_while_it_writes_and_moves_none_of_it()
    {
        var agency = await Agency.Register(service);
        await agency.Meetings.ImportMeetingsAsync(Calendar(agency, "20260302"), agency.Own);
        // The series begins a week later: the first meeting is called off, and one of them is moved.
        var moved = Calendar(agency, "20260309", "BEGIN:VEVENT\nUID:unit\nRECURRENCE-ID;VALUE=DATE:20260316\nDTSTART;VALUE=DATE:20260317\nEND:VEVENT\n");
        var before = await service.Everything();
        await Killed("meetings", async () => await agency.Meetings.ImportMeetingsAsync(moved, agency.Own));
        Assert.Equal(before, await service.Everything());
        var import = await agency.Meetings.ImportMeetingsAsync(moved, agency.Own);
        Assert.Equal((0, 1, 1, 11), (import.Planned, import.Moved, import.Cancelled, import.Unchanged));
        Assert.Equal(13, await service.Count($"meetings where provider = '{agency.Code}'"));
    }

    [Theory]
    [InlineData(Proto.OrganizationFactKind.License, Proto.OrganizationFactBody.Louisiana2151)]
    [InlineData(Proto.OrganizationFactKind.Accreditation, Proto.OrganizationFactBody.Carf)]
    [InlineData(Proto.OrganizationFactKind.VrVendor, Proto.OrganizationFactBody.Unspecified)]
    public async Task Records_of_a_provider_that_share_days_are_recorded_by_one_of_several_at_once(Proto.OrganizationFactKind kind, Proto.OrganizationFactBody body)
    {
        var agency = await Agency.Register(service, "la-acla");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            try
            {
                await agency.Organizations.RecordOrganizationFactAsync(new()
                {
                    Organization = agency.Name,
                    Fact = new() { Kind = kind, Body = body, From = service.Day(-10 * i), Through = service.Day(100) },
                    RequestId = StaffingService.NewId(),
                }, agency.Own);
                return StatusCode.OK;
            }
            catch (RpcException refused)
            {
                return refused.StatusCode;
            }
        }));
        Assert.Equal(1, answers.Count(a => a == StatusCode.OK));
        Assert.Equal(5, answers.Count(a => a == StatusCode.AlreadyExists));
        Assert.Equal(1, await service.Count($"organization_facts where provider = '{agency.Code}'"));
    }

    private async Task<(Agency Agency, IReadOnlyList<string> People, string File)> ThreeOnAList(Proto.ExclusionList list = Proto.ExclusionList.OigLeie)
    {
        var agency = await Agency.Register(service, "la-acla");
        var family = "Q" + string.Concat(Guid.CreateVersion7().ToString("N")[^10..].Select(c => (char)('A' + Convert.ToInt32(c.ToString(), 16))));
        List<string> people = [];
        foreach (var name in new[] { "ANNA", "BELLA", "CLARA" })
            people.Add(await agency.Hire(with: r => r.Particulars = new() { GivenName = name, FamilyName = family, BirthDate = "1980-02-03" }));
        return (agency, people, list == Proto.ExclusionList.OigLeie
            ? ExclusionListTests.File([.. new[] { "ANNA", "BELLA", "CLARA" }.Select(name => ExclusionListTests.Line(family, name, dob: "19800203"))])
            : ExclusionListTests.AdverseActions([.. new[] { "ANNA", "BELLA", "CLARA" }.Select(name => $"{family},{name},,,19800203,20240101")]));
    }

    private static async Task OnFile(Agency agency, IReadOnlyList<string> people, int checks, int hits)
    {
        foreach (var person in people)
        {
            Assert.Equal(checks, (await agency.Clearances.ListClearancesAsync(new() { StaffMember = person }, agency.Own)).Clearances.Count);
            Assert.Equal(hits, (await agency.Clearances.ListExclusionHitsAsync(new() { StaffMember = person }, agency.Own)).ExclusionHits.Count);
        }
    }

    /// <summary>A meeting of the team on every Monday through May, from a day.</summary>
    private static Proto.ImportMeetingsRequest Calendar(Agency agency, string from, string more = "") => new()
    {
        Team = agency.Team,
        Kind = Proto.TeamMeetingKind.VocationalUnit,
        Calendar = $"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:unit\nDTSTART;VALUE=DATE:{from}\nRRULE:FREQ=WEEKLY;BYDAY=MO\nEND:VEVENT\n{more}END:VCALENDAR\n",
        From = "2026-03-02",
        Through = "2026-05-31",
        RequestId = StaffingService.NewId(),
    };

    private async Task<(Agency Agency, Proto.ImportCompletionsRequest Request)> Completions()
    {
        var agency = await Agency.Register(service, "nc-state");
        List<string> lines = ["staff_member,course,completed_on,expires_on,minutes"];
        for (var i = 0; i < 3; i++)
        {
            var member = await agency.Hire();
            lines.Add($"{member},IPS_101,{service.Day(-1)},,");
            lines.Add($"{member},ANNUAL,{service.Day(-1)},,90");
        }

        return (agency, new() { Csv = string.Join('\n', lines), RequestId = StaffingService.NewId() });
    }

    /// <summary>Runs a call that waits while it writes to a table, and ends its connection there.</summary>
    private async Task Killed(string table, Func<Task> call)
    {
        await using NpgsqlConnection holder = new(service.Database.ConnectionString);
        await holder.OpenAsync();
        await using (var held = await holder.BeginTransactionAsync())
        {
            await using NpgsqlCommand hold = new($"lock table {table} in share mode", holder, held);
            await hold.ExecuteNonQueryAsync();
            var running = call();
            await Poll.Until(async () => await service.Scalar(Kill) is true);
            Assert.Equal(StatusCode.Unavailable, (await StaffingService.Refused(() => running)).Code);
        }
    }
}
