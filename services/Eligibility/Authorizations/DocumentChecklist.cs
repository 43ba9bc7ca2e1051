using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Which documents a request needs, which are missing, who provides them and by when. The class has no list of its own: it removes each document from an
/// otherwise complete request, and the rules that then fail are the rules that require it. A pack that requires another document changes the checklist without
/// code.
/// </summary>
public sealed class DocumentChecklist(EligibilityDb db, NamedDocuments documents, PolicyService policies)
{
    /// <summary>What a program asks for whose payer judges whether the documents are sufficient.</summary>
    private const string AnyDocument = "documentation";

    private static readonly RequestDocument[] Documents = System.Enum.GetValues<RequestDocument>();
    private static readonly PcpContent[] PlanContents = System.Enum.GetValues<PcpContent>();
    private static readonly TransitionPlanContent[] TransitionContents = System.Enum.GetValues<TransitionPlanContent>();

    public async Task<Result<Proto.DocumentChecklist>> Handle(Proto.GetDocumentChecklistRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var today = policies.Today(fields, "program", request.Program);
        policies.RequireStep(fields, "program", request.Program, AuthorizationRequestDecision.Kind, RuleDuty.InsteadOfAuthorization);
        fields.Choice("kind", request.Kind);
        var initiation = fields.OptionalDay("service_initiation_date", request.ServiceInitiationDate);
        var named = NamedDocuments.Read(fields, request.Documents);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(individual, cancellationToken) is not { } person)
            return new Problem.NotFound("individual", request.Individual);
        if (!(await documents.Find(named, person.Id, isRenewal: false, null, cancellationToken)).Is(out var found, out var unfit))
            return unfit;
        var onFile = await OnFile.About(db, person.Id, cancellationToken);
        var facts = CompleteRequest(request.Kind.ToPolicy(), today) with { ServiceInitiationDate = initiation };
        if (!policies.Decide(request.Program, AuthorizationRequestDecision.Kind, today, facts).Is(out var decided, out var problem))
            return problem;
        var due = decided.Decision.Values.GetValueOrDefault("dueOn") as DateOnly? ?? (request.Kind == Proto.AuthorizationKind.LaPriorAuth ? initiation : null);
        Proto.DocumentChecklist reply = new() { DueOn = due.Day() };
        reply.Items.AddRange(Of(policies.Engine, request.Program, request.Kind, today, due, new()
        {
            Profile = onFile.Profile,
            Files = [.. found.Named.Select(RequestFile.Of)],
        }));
        reply.Complete = reply.Items.All(i => i.Received && i.MissingContents.Count == 0);
        return reply;
    }

    /// <summary>The checklist of a first request of which nothing was sent.</summary>
    internal static IReadOnlyList<Proto.ChecklistItem> Of(PolicyService policies, string program, Proto.AuthorizationKind kind, DateOnly day) =>
        Of(policies.Engine, program, kind, day, null, new());

    /// <summary>The checklist of a request in its present state.</summary>
    internal static IReadOnlyList<Proto.ChecklistItem> Of(Authorization authorization, PolicyService policies)
    {
        if (authorization.Renews is null)
        {
            return Of(policies.Engine, authorization.Program, authorization.Kind, authorization.ReceivedOn, authorization.RequestDueOn,
                authorization.Request);
        }

        var all = System.Enum.GetValues<ReauthorizationDocument>();
        return WithFiles(authorization.Request,
        [
            .. from document in all
               let rules = Missed(policies.Engine.Decide(authorization.Program, ReauthorizationDecision.Kind,
                   authorization.ReceivedOn, new() { Documents = [.. all.Where(d => d != document)] }))
               where rules.Length > 0
               select Item(Codes.Of(document), rules, authorization.Request.RenewalDocuments.Contains(document), Proto.DocumentSource.Provider,
                   authorization.RequestDueOn, []),
        ]);
    }

    private static IReadOnlyList<Proto.ChecklistItem> WithFiles(RequestContent request, IReadOnlyList<Proto.ChecklistItem> items)
    {
        foreach (var item in items)
        {
            item.Files.AddRange(request.Files.Where(f => f.Document == item.Document || item.Document == AnyDocument)
                .Select(f => new Proto.RequestFile { Document = new DocumentId(f.Id).Name, Sha256 = f.Sha256 }));
            if (request.Profile is { } profile && (item.Document == AnyDocument || item.Document == Codes.Of(RequestDocument.CareerProfile)))
                item.Files.Add(new Proto.RequestFile { CareerProfile = new CareerProfileId(profile.Id).Name, CareerProfileVersion = profile.Version });
        }

        return items;
    }

    private static IReadOnlyList<Proto.ChecklistItem> Of(
        PolicyEngine engine, string program, Proto.AuthorizationKind kind, DateOnly day, DateOnly? due, RequestContent request)
    {
        // In Louisiana the plan decides whether the documents are sufficient; no rule lists them.
        if (kind == Proto.AuthorizationKind.LaPriorAuth)
        {
            return WithFiles(request,
            [
                Item(AnyDocument, [RuleDuty.SufficientDocumentation.RuleIn(program)],
                    request.Documents.Any(d => d != RequestDocument.AuthorizationRequest), Proto.DocumentSource.Provider, due, []),
            ]);
        }

        var complete = CompleteRequest(kind.ToPolicy(), day);
        string[] Rules(AuthorizationRequestFacts facts) => Missed(engine.Decide(program, AuthorizationRequestDecision.Kind, day, facts));
        var usual = Rules(complete);
        List<Proto.ChecklistItem> items = [];
        foreach (var document in Documents)
        {
            string[] rules = [.. Rules(complete with { Documents = [.. Documents.Where(d => d != document)] }).Except(usual)];
            if (rules.Length == 0)
                continue;
            List<string> missing = document switch
            {
                RequestDocument.IntegratedPcp or RequestDocument.UpdatedIntegratedPcp =>
                    MissingContents(PlanContents, request.PcpContents, c => Rules(complete with { PcpContents = c }).Except(usual).Any()),
                RequestDocument.IpsTransitionPlan => MissingContents(TransitionContents, request.TransitionPlanContents,
                    c => Rules(complete with { TransitionPlanContents = c }).Except(usual).Any()),
                _ => [],
            };
            items.Add(Item(Codes.Of(document), rules, request.Documents.Contains(document), SourceOf(document), due, missing));
        }

        return WithFiles(request, items);
    }

    /// <summary>Documents that are each required and missing; then the groups of which one document is sufficient, joined by "or".</summary>
    private static List<string> MissingContents<T>(T[] all, IReadOnlyList<T> there, Func<T[], bool> misses) where T : struct, Enum
    {
        T[] needed = [.. all.Where(c => misses([.. all.Where(other => !other.Equals(c))]) && !there.Contains(c))];
        T[] with = [.. there, .. needed];
        List<string> missing = [.. needed.Select(c => Codes.Of(c))];
        if (misses(with))
            missing.Add(string.Join(" or ", all.Where(c => !with.Contains(c) && !misses([.. with, c])).Select(c => Codes.Of(c))));
        return missing;
    }

    private static AuthorizationRequestFacts CompleteRequest(RequestKind kind, DateOnly day) => new()
    {
        RequestKind = kind,
        ServiceInitiationDate = day,
        RequestReceivedDate = day,
        Documents = Documents,
        PcpContents = PlanContents,
        TransitionPlanContents = TransitionContents,
        RequestedUnits = 1,
        RequestedFrom = day,
        RequestedTo = day,
        RequestingProvider = "any",
        ExistingAuthorizations = [],
    };

    private static string[] Missed(Decision decision) => [.. decision.Findings.Where(f => f.Decides && f.Verdict == Verdict.NotMet).Select(f => f.Rule.Value)];

    private static Proto.ChecklistItem Item(string code, string[] rules, bool received, Proto.DocumentSource source, DateOnly? due, List<string> missing)
    {
        Proto.ChecklistItem item = new() { Document = code, Received = received, Source = source, DueOn = due.Day() };
        item.RuleIds.AddRange(rules);
        item.MissingContents.AddRange(missing);
        return item;
    }

    private static Proto.DocumentSource SourceOf(RequestDocument document) => document switch
    {
        RequestDocument.Assessment => Proto.DocumentSource.Assessor,
        RequestDocument.CareerProfile or RequestDocument.IpsTransitionPlan => Proto.DocumentSource.IpsTeam,
        RequestDocument.IntegratedPcp or RequestDocument.UpdatedIntegratedPcp => Proto.DocumentSource.BhProvider,
        _ => Proto.DocumentSource.Provider,
    };
}
