using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Schedules;
using Ips.Policies.Staffing;
using Ips.Staffing.Db;
using Ips.Staffing.Meetings;
using Ips.Staffing.Organizations;
using Change = Ips.Contracts.Staffing.V1.TeamFindingChange;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Teams;

/// <summary>Lists what was broken, met again or due about a team between two days: each day is compared with the one before it.</summary>
public sealed class FindTeamFindings(StaffingDb db, PolicyService policies, TeamSchedule schedule, ProviderClocks clocks)
{
    private const int MostDays = 92;
    private static readonly string[] LastDays = ["dueOn", "accreditationDueOn", "agreementDueOn"];

    public async Task<Result<Proto.ListTeamFindingsResponse>> Handle(Proto.ListTeamFindingsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<TeamId>("team", request.Team);
        var from = fields.Day("from", request.From);
        var through = fields.Day("through", request.Through);
        fields.Require(through.DayNumber - from.DayNumber < MostDays, "through", $"lies more than {MostDays} days after the first day; send a shorter span");
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (await TeamPicture.Read(db, policies, schedule, clocks, id, from.AddDays(-1), cancellationToken) is not { } picture)
            return new Problem.NotFound("team", request.Team);
        // A token names the last finding of the page before by its day and its place in the day.
        var first = page.AfterCode is { } code && DateOnly.TryParseExact(code[..Math.Min(code.Length, "yyyy-MM-dd".Length)], "yyyy-MM-dd", out var resumed)
            && resumed > from ? resumed : from;
        List<(string Code, Proto.TeamFinding Finding)> found = [];
        var before = On(picture, first.AddDays(-1));
        for (var day = first; day <= through && found.Count(f => string.CompareOrdinal(f.Code, page.AfterCode) > 0) <= page.Size; day = day.AddDays(1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var now = On(picture, day);
            var place = 0;
            foreach (var ((about, kind, rule), (finding, due)) in now)
            {
                var was = before.TryGetValue((about, kind, rule), out var earlier) ? earlier.Finding.Verdict : (Verdict?)null;
                var change = finding.Verdict == Verdict.NotMet && was != Verdict.NotMet ? Change.Broken
                    : finding.Verdict == Verdict.Met && was == Verdict.NotMet ? Change.Met
                    : due == day ? Change.Due : Change.Unspecified;
                if (change != Change.Unspecified)
                {
                    found.Add(($"{day.Day()} {place++:D5}", new()
                    {
                        Day = day.Day(),
                        About = about,
                        Kind = kind,
                        RuleId = rule,
                        Change = change,
                        Reason = finding.Reason,
                    }));
                }
            }

            before = now;
        }

        found.RemoveAll(f => string.CompareOrdinal(f.Code, page.AfterCode) <= 0);
        var next = page.CutByCode(found, f => f.Code);
        return new Proto.ListTeamFindingsResponse { Findings = { found.Select(f => f.Finding) }, NextPageToken = next };
    }

    /// <summary>The findings of a day in their order, each with the last day that the decision sets while nothing was done.</summary>
    private static Dictionary<(string About, string Kind, string Rule), (Finding Finding, DateOnly? Due)> On(TeamPicture picture, DateOnly day)
    {
        Dictionary<(string, string, string), (Finding, DateOnly?)> findings = [];
        if (picture.Composition(day).Is(out var composition, out _))
            Add(new(picture.Team.Id.Name, TeamDecision.Kind.Name, composition));
        foreach (var part in picture.PartsOn(day))
            Add(part);
        return findings;

        void Add(TeamPicture.Part part)
        {
            var open = part.Kind != ScheduledActDecision.Kind.Name || part.Decision.Value<string>("status") == Codes.Of(ScheduledActStatus.Open);
            foreach (var finding in part.Decision.Decision.Findings.Where(f => f.Decides))
            {
                var due = LastDays.Where(value => open && part.Decision.Decision.SetBy(value) == finding.Rule).Select(value => part.Decision.Value<DateOnly?>(value)).Max();
                // One rule may require two acts: the worse one counts.
                var key = (part.About, part.Kind, finding.Rule.Value);
                if (!findings.TryAdd(key, (finding, due)) && finding.Verdict > findings[key].Item1.Verdict)
                    findings[key] = (finding, due);
            }
        }
    }
}
