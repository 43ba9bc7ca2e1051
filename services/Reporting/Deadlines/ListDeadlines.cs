using Ips.Contracts;
using Ips.Reporting.Dashboards;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Deadlines;

/// <summary>Lists deadlines, soonest first, so that what is overdue comes first; days are counted from today in each one's program.</summary>
public sealed class ListDeadlines(ReportingDb db, ProgramDays days, Caller caller)
{
    public async Task<Result<Proto.ListDeadlinesResponse>> Handle(Proto.ListDeadlinesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var from = fields.OptionalDay("from", request.From);
        var through = fields.OptionalDay("through", request.Through);
        var page = Paging.ReadByCode(fields, request);
        if (Refused(fields, request.Program, request.Provider, request.Team, out var open) is { } refused)
            return refused;

        if (from is { } first)
            open = open.Where(f => f.DueOn >= first);
        if (through is { } last)
            open = open.Where(f => f.DueOn <= last);
        var (found, next) = await open.ToPage(page, cancellationToken, f => f.DueOn, f => f.EventId, f => f.Topic);
        var atStake = await db.AtStake(found, cancellationToken);
        return new Proto.ListDeadlinesResponse
        {
            Deadlines = { found.Select(f => f.ToProto(days.Today(f.Program ?? ""), atStake)) },
            NextPageToken = next,
        };
    }

    /// <summary>The deadlines of a program, an agency and a team that the caller may see; the problem when it may not request them.</summary>
    internal Problem? Refused(RequestValidator fields, string program, string provider, string team, out IQueryable<EventFact> open)
    {
        fields.Require(program.Length == 0 || days.Knows(program), "program", "is not a program; send one of " + string.Join(", ", days.Programs));
        var agency = fields.OptionalId<OrganizationCode>("provider", provider)?.Value;
        var of = fields.OptionalId<TeamId>("team", team)?.Name;
        open = db.OpenDeadlines(program.Length == 0 ? null : program, agency, caller);
        if (of is not null)
            open = open.Where(f => f.About == of);
        return fields.Problem ?? Span.Refused(caller, agency);
    }
}
