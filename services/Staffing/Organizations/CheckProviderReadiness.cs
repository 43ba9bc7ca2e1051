using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Staffing;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>Answers what a provider lacks in a program on a day, who acts, and by when.</summary>
public sealed class CheckProviderReadiness(StaffingDb db, PolicyService policies, ProviderClocks clocks)
{
    public async Task<Result<Proto.ProviderReadiness>> Handle(Proto.CheckProviderReadinessRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var code = fields.Organization("provider", request.Provider);
        var today = policies.Today(fields, "program", request.Program);
        var asOf = fields.OptionalDay("as_of", request.AsOf);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Code == code, cancellationToken) is not { Kind: Proto.OrganizationKind.Provider }
            || !await db.SeesProvider(code, cancellationToken))
            return new Problem.NotFound("organization", request.Provider);
        var day = asOf ?? today;
        var facts = await clocks.Facts(code, cancellationToken);
        return (await clocks.Read(code, request.Program, facts, null, cancellationToken))(day).Then(decision => Answer(code, request.Program, day, facts, decision));
    }

    private Proto.ProviderReadiness Answer(string provider, string program, DateOnly day, List<OrganizationFact> facts, DecisionRecord decision)
    {
        var pack = policies.Engine.Programs[program];
        var notices = facts.Select(f => clocks.Notice(program, f, day)).OfType<DecisionRecord>().ToList();
        Proto.ProviderReadiness answer = new()
        {
            Provider = new OrganizationCode(provider).Name,
            Program = program,
            Day = day.Day(),
            Ready = decision.Decision.Verdict == Verdict.Met,
            Decision = decision.ToProto(stored: false),
            Notices = { notices.Select(n => n.ToProto(stored: false)) },
        };
        var due = new[] { "accreditationDueOn", "agreementDueOn" }
            .Where(value => decision.Value<DateOnly?>(value) is not null)
            .ToDictionary(value => decision.Decision.SetBy(value)!.Value, value => decision.Value<DateOnly?>(value), StringComparer.Ordinal);
        foreach (var finding in decision.Decision.Findings.Where(f => f.Decides && (f.Verdict != Verdict.Met || due.ContainsKey(f.Rule.Value))))
        {
            answer.Items.Add(new Proto.ReadinessItem
            {
                RuleId = finding.Rule.Value,
                WhoActs = ProviderReadinessDecision.ActorOf(pack, finding.Rule, day) ?? "",
                DueOn = due.GetValueOrDefault(finding.Rule.Value).Day(),
                WouldBeMet = finding.Remedy ?? "",
                InTime = finding.Verdict == Verdict.Met,
            });
        }

        foreach (var notice in notices.Where(n => n.Value<string>("status") is "open" or "overdue"))
        {
            answer.Items.Add(new Proto.ReadinessItem
            {
                RuleId = notice.Decision.Findings[0].Rule.Value,
                WhoActs = "provider",
                DueOn = notice.Value<DateOnly?>("dueOn").Day(),
                WouldBeMet = notice.Decision.Findings[0].Remedy ?? "",
                InTime = notice.Decision.Findings[0].Verdict == Verdict.Met,
            });
        }

        var ordered = answer.Items.OrderBy(i => i.InTime).ToList();
        answer.Items.Clear();
        answer.Items.AddRange(ordered);
        return answer;
    }
}
