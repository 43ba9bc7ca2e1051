using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Which documents a request needs, which are missing, who provides them and by when. No list of its own: each document is taken away from an otherwise perfect request,
/// and the rules that then say no are the rules that ask for it. A pack that asks for another document changes the checklist by itself.
/// </summary>
public sealed class DocumentChecklist(EligibilityDb db, Deciding deciding)
{
    private static readonly Wire.RequestDocument[] Documents = [.. System.Enum.GetValues<Wire.RequestDocument>().Where(d => d != default)];
    private static readonly PcpContent[] PlanContents = System.Enum.GetValues<PcpContent>();
    private static readonly TransitionPlanContent[] TransitionContents = System.Enum.GetValues<TransitionPlanContent>();

    public async Task<Result<Wire.DocumentChecklist>> Handle(Wire.GetDocumentChecklistRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var individual = fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var today = deciding.Today(fields, "program", ask.Program);
        fields.Choice("kind", ask.Kind);
        var initiation = fields.OptionalDay("service_initiation_date", ask.ServiceInitiationDate);
        fields.Choices("documents", ask.Documents);
        fields.Choices("pcp_contents", ask.PcpContents);
        fields.Choices("transition_plan_contents", ask.TransitionPlanContents);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(individual, stop) is null)
            return new Problem.NotFound("individual", ask.Individual);
        var facts = Perfect(RequestJudge.KindOf(ask.Kind), today) with { ServiceInitiationDate = initiation };
        if (!deciding.Decide(ask.Program, AuthorizationRequestDecision.Kind, today, facts).Is(out var ruled, out var problem))
            return problem;
        var due = ruled.Decision.Values.GetValueOrDefault("dueOn") as DateOnly? ?? (ask.Kind == Wire.AuthorizationKind.LaPriorAuth ? initiation : null);
        Wire.DocumentChecklist reply = new() { DueOn = due.Day() };
        reply.Items.AddRange(Of(deciding.Engine, ask.Program, ask.Kind, today, due, ask.Documents, ask.PcpContents, ask.TransitionPlanContents));
        reply.Complete = reply.Items.All(i => i.Received && i.MissingContents.Count == 0);
        return reply;
    }

    /// <summary>The checklist of a request as it stands.</summary>
    internal static IReadOnlyList<Wire.ChecklistItem> Of(Authorization authorization, Deciding deciding)
    {
        if (authorization.Renews is null)
        {
            var asked = Wire.RequestAuthorizationRequest.Parser.ParseFrom(authorization.Asked);
            return Of(deciding.Engine, authorization.Program, authorization.Kind, authorization.ReceivedOn, authorization.RequestDueOn, asked.Documents, asked.PcpContents, asked.TransitionPlanContents);
        }

        var renewal = Wire.RenewAuthorizationRequest.Parser.ParseFrom(authorization.Asked);
        var all = System.Enum.GetValues<ReauthorizationDocument>();
        return
        [
            .. from document in all
               let rules = Missed(deciding.Engine.Decide(authorization.Program, ReauthorizationDecision.Kind, authorization.ReceivedOn, new() { Documents = [.. all.Where(d => d != document)] }))
               where rules.Length > 0
               let code = Codes.Of(document)
               select Item(code, rules, renewal.Documents.Any(d => WireCode.Lower(d) == code), Wire.DocumentSource.Provider, authorization.RequestDueOn, []),
        ];
    }

    private static IReadOnlyList<Wire.ChecklistItem> Of(
        PolicyEngine engine, string program, Wire.AuthorizationKind kind, DateOnly day, DateOnly? due,
        IReadOnlyList<Wire.RequestDocument> documents, IReadOnlyList<Contracts.Common.V1.PlanContent> plan, IReadOnlyList<Wire.TransitionPlanContent> transition)
    {
        // In Louisiana the plan judges whether the documents are enough; no rule lists them.
        if (kind == Wire.AuthorizationKind.LaPriorAuth)
            return [Item("documentation", ["LA-AUTH-002"], documents.Any(d => d != Wire.RequestDocument.AuthorizationRequest), Wire.DocumentSource.Provider, due, [])];

        var perfect = Perfect(RequestJudge.KindOf(kind), day);
        string[] Rules(AuthorizationRequestFacts facts) => Missed(engine.Decide(program, AuthorizationRequestDecision.Kind, day, facts));
        var usual = Rules(perfect);
        List<Wire.ChecklistItem> items = [];
        foreach (var document in Documents)
        {
            var code = WireCode.Lower(document)!;
            string[] rules = [.. Rules(perfect with { Documents = [.. perfect.Documents!.Where(d => Codes.Of(d) != code)] }).Except(usual)];
            if (rules.Length == 0)
                continue;
            List<string> missing = document switch
            {
                Wire.RequestDocument.IntegratedPcp or Wire.RequestDocument.UpdatedIntegratedPcp =>
                    MissingContents(PlanContents, [.. plan.Select(c => Codes.Parse<PcpContent>(WireCode.Lower(c)!)).OfType<PcpContent>()], c => Rules(perfect with { PcpContents = c }).Except(usual).Any()),
                Wire.RequestDocument.IpsTransitionPlan =>
                    MissingContents(TransitionContents, [.. transition.Select(c => Codes.Parse<TransitionPlanContent>(WireCode.Lower(c)!)!.Value)], c => Rules(perfect with { TransitionPlanContents = c }).Except(usual).Any()),
                _ => [],
            };
            items.Add(Item(code, rules, documents.Contains(document), SourceOf(document), due, missing));
        }

        return items;
    }

    /// <summary>What is asked for by itself and not there; then, where any one of several would do, these joined by "or".</summary>
    private static List<string> MissingContents<T>(T[] all, T[] there, Func<T[], bool> misses) where T : struct, Enum
    {
        T[] needed = [.. all.Where(c => misses([.. all.Where(other => !other.Equals(c))]) && !there.Contains(c))];
        T[] with = [.. there, .. needed];
        List<string> missing = [.. needed.Select(c => Codes.Of(c))];
        if (misses(with))
            missing.Add(string.Join(" or ", all.Where(c => !with.Contains(c) && !misses([.. with, c])).Select(c => Codes.Of(c))));
        return missing;
    }

    private static AuthorizationRequestFacts Perfect(RequestKind kind, DateOnly day) => new()
    {
        RequestKind = kind,
        ServiceInitiationDate = day,
        RequestReceivedDate = day,
        Documents = System.Enum.GetValues<RequestDocument>(),
        PcpContents = PlanContents,
        TransitionPlanContents = TransitionContents,
        RequestedUnits = 1,
        RequestedFrom = day,
        RequestedTo = day,
        RequestingProvider = "any",
        ExistingAuthorizations = [],
    };

    private static string[] Missed(Decision decision) => [.. decision.Findings.Where(f => f.Decides && f.Verdict == Verdict.NotMet).Select(f => f.Rule.Value)];

    private static Wire.ChecklistItem Item(string code, string[] rules, bool received, Wire.DocumentSource source, DateOnly? due, List<string> missing)
    {
        Wire.ChecklistItem item = new() { Document = code, Received = received, Source = source, DueOn = due.Day() };
        item.RuleIds.AddRange(rules);
        item.MissingContents.AddRange(missing);
        return item;
    }

    private static Wire.DocumentSource SourceOf(Wire.RequestDocument document) => document switch
    {
        Wire.RequestDocument.Assessment => Wire.DocumentSource.Assessor,
        Wire.RequestDocument.CareerProfile or Wire.RequestDocument.IpsTransitionPlan => Wire.DocumentSource.IpsTeam,
        Wire.RequestDocument.IntegratedPcp or Wire.RequestDocument.UpdatedIntegratedPcp => Wire.DocumentSource.BhProvider,
        _ => Wire.DocumentSource.Provider,
    };
}
