using Ips.Contracts;
using Ips.Policies.Reports;
using Ips.Policies.Staffing;
using Ips.Staffing.Db;
using Ips.Staffing.Teams;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>
/// Decides whether a provider may give the service of a program, from what is on file about it, and sets the deadlines that follow: full accreditation after an
/// application, the agreement on integration before the first service, the notice of a change of an accreditation, and documents that a payer asks for.
/// </summary>
public sealed class ProviderClocks(StaffingDb db, PolicyService policies, TimeProvider clock)
{
    private const string AccreditationKind = "accreditation";
    private const string AgreementKind = "integration-agreement";
    private const string NoticeKind = "accreditation-notice";
    private const string DocumentsKind = "further-documents";

    /// <summary>The value with a last day, and the kind of its deadline.</summary>
    private static readonly (string Value, string Kind)[] Clocks = [("accreditationDueOn", AccreditationKind), ("agreementDueOn", AgreementKind)];

    /// <summary>Every record about the provider.</summary>
    public async Task<List<OrganizationFact>> Facts(string provider, CancellationToken cancellationToken) =>
        await db.OrganizationFacts.AsNoTracking().Where(f => f.Provider == provider).OrderBy(f => f.Id).ToListAsync(cancellationToken);

    /// <summary>Reads what is on file about a provider in a program; what comes back decides for any day.</summary>
    public async Task<Func<DateOnly, Result<DecisionRecord>>> Read(string provider, string program, CancellationToken cancellationToken) =>
        await Read(provider, program, await Facts(provider, cancellationToken), null, cancellationToken);

    /// <inheritdoc cref="Read(string, string, CancellationToken)"/>
    /// <param name="provider">Code of the provider.</param>
    /// <param name="program">The program.</param>
    /// <param name="facts">Every record about it.</param>
    /// <param name="formed">A team that is formed now and not stored yet; null without one.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Func<DateOnly, Result<DecisionRecord>>> Read(
        string provider, string program, IReadOnlyList<OrganizationFact> facts, Team? formed, CancellationToken cancellationToken)
    {
        var contracts = await db.Contracts.AsNoTracking().Where(c => c.Provider == provider && c.Program == program && c.Accepted).ToListAsync(cancellationToken);
        var first = await db.Teams.Where(t => t.Provider == provider && t.Program == program).Select(t => (DateOnly?)t.OperationStart).MinAsync(cancellationToken);
        if (formed is not null && !(formed.OperationStart > first))
            first = formed.OperationStart;
        var evidence = ProviderEvidence.Of(facts, contracts, first);
        return day => policies.Decide(program, ProviderReadinessDecision.Kind, day, evidence);
    }

    /// <summary>
    /// Decides whether the provider sent in time what the record asks for: the report of a change of its accreditation, or documents that a payer wants; null where
    /// it asks for nothing, or the program has no such rule.
    /// </summary>
    public DecisionRecord? Notice(string program, OrganizationFact fact, DateOnly day)
    {
        if (RequestedReport(fact) is not { } facts || !ReportDueDecision.Has(policies.Engine.Programs[program], facts.Report))
            return null;
        return policies.Decide(program, ReportDueDecision.Kind, day, facts).Is(out var decision, out _) ? decision : null;
    }

    private static ReportDueFacts? RequestedReport(OrganizationFact fact) => fact switch
    {
        { Counts: false } => null,
        { Kind: Proto.OrganizationFactKind.DocumentRequest } => new()
        {
            Report = Report.FurtherDocuments,
            TriggerDate = fact.From,
            Submitted = fact.SubmittedOn is not null,
            SubmittedDate = fact.SubmittedOn,
        },
        { AdverseNotifiedOn: { } notified } => new()
        {
            Report = Report.AccreditationChangeNotice,
            TriggerDate = notified,
            Submitted = fact.AdverseReportedOn is not null,
            SubmittedDate = fact.AdverseReportedOn,
        },
        _ => null,
    };

    /// <summary>Sets the deadlines of a provider whose records changed. They are not stored yet.</summary>
    public Task Sync(Organization provider, IReadOnlyList<OrganizationFact> facts, Changes changes, CancellationToken cancellationToken) =>
        Set(provider.Code, provider.Programs, facts, null, changes, cancellationToken);

    /// <summary>Sets the deadlines of a provider with a team that is formed now. They are not stored yet.</summary>
    public async Task Sync(Team formed, Changes changes, CancellationToken cancellationToken) =>
        await Set(formed.Provider, [formed.Program], await Facts(formed.Provider, cancellationToken), formed, changes, cancellationToken);

    private async Task Set(string provider, IReadOnlyList<string> programs, IReadOnlyList<OrganizationFact> facts, Team? formed, Changes changes,
        CancellationToken cancellationToken)
    {
        var name = new OrganizationCode(provider).Name;
        string[] subjects = [name, .. facts.Select(f => f.Id.Name)];
        var present = await db.Deadlines.AsNoTracking().Where(d => subjects.Contains(d.Subject)).ToListAsync(cancellationToken);
        SubjectDeadlines due = new(present, policies, clock);
        foreach (var program in programs.Where(p => ProviderReadinessDecision.Kind.AppliesTo(policies.Engine.Programs[p])))
        {
            var today = policies.Today(program)!.Value;
            if ((await Read(provider, program, facts, formed, cancellationToken))(today).Is(out var decision, out _))
            {
                foreach (var (value, kind) in Clocks)
                    Set(due, present, decision, value, new(name, kind, "", program, provider, null, today, 14), changes);
            }

            foreach (var fact in facts)
            {
                if (Notice(program, fact, today) is not { } notice)
                    continue;
                var (kind, lead) = fact.Kind == Proto.OrganizationFactKind.DocumentRequest ? (DocumentsKind, 7) : (NoticeKind, 1);
                if (RequestedReport(fact) is { Submitted: false })
                    Set(due, present, notice, "dueOn", new(fact.Id.Name, kind, "", program, provider, null, today, lead), changes);
                else
                    due.Meet(fact.Id.Name, kind, changes);
            }
        }
    }

    /// <summary>
    /// Sets the deadline of a value, or meets it where the value is gone. A day that had passed before anything was on file sets none: the decision reports it.
    /// </summary>
    private static void Set(SubjectDeadlines due, List<Deadline> present, DecisionRecord decision, string value, DeadlineTerms terms, Changes changes)
    {
        if (decision.Value<DateOnly?>(value) is not { } last)
            due.Meet(terms.Subject, terms.Kind, changes);
        else if ((decision.Decision.SetBy(value) ?? decision.Decision.Findings[0].Rule) is var rule && (terms.Kind != AgreementKind || last >= terms.DueOn || present.Exists(d => d.Kind == terms.Kind)))
            due.Set(terms with { RuleId = rule.Value, DueOn = last }, changes);
    }
}
