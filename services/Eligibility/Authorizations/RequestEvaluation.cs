using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// What a request contains besides its span and its units. What it has received follows from its stored documents, the Career Profile on record and the request
/// itself; no one states it.
/// </summary>
public sealed record RequestContent
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>First day of the service; null when the request does not name it.</summary>
    public DateOnly? ServiceInitiationDate { get; init; }

    /// <summary>Its stored documents, in the order in which they came.</summary>
    public IReadOnlyList<RequestFile> Files { get; init; } = [];

    /// <summary>The Career Profile that was on record, for a first request; null without one.</summary>
    public ProfileOnRecord? Profile { get; init; }

    /// <summary>Conditions of continued service that were found met, for a renewal.</summary>
    public IReadOnlyList<ContinuedServiceCriterion> ContinuedService { get; init; } = [];

    /// <summary>First day of steady work, for a renewal; null when not known.</summary>
    public DateOnly? SteadyWorkSince { get; init; }

    /// <summary>What a first request has received.</summary>
    [JsonIgnore]
    public IReadOnlyList<RequestDocument> Documents =>
        Known([RequestDocument.AuthorizationRequest, .. Profile is null ? [] : (RequestDocument[])[RequestDocument.CareerProfile]], Files.Select(f => f.Document));

    /// <summary>What a renewal has received.</summary>
    [JsonIgnore]
    public IReadOnlyList<ReauthorizationDocument> RenewalDocuments => Known([ReauthorizationDocument.AuthorizationRequestForm], Files.Select(f => f.Document));

    /// <summary>Contents of the Person-Centered Plan.</summary>
    [JsonIgnore]
    public IReadOnlyList<PcpContent> PcpContents => Known<PcpContent>([], Files.SelectMany(f => f.Contents));

    /// <summary>Contents of the IPS Transition Plan.</summary>
    [JsonIgnore]
    public IReadOnlyList<TransitionPlanContent> TransitionPlanContents => Known<TransitionPlanContent>([], Files.SelectMany(f => f.Contents));

    /// <summary>Conditions of continued service that were found met, or that a document shows.</summary>
    [JsonIgnore]
    public IReadOnlyList<ContinuedServiceCriterion> ConditionsMet => Known(ContinuedService, Files.SelectMany(f => f.Contents));

    /// <summary>The content of a renewal.</summary>
    public static RequestContent Of(Proto.RenewAuthorizationRequest request) => new()
    {
        ContinuedService = [.. request.ContinuedService.Select(c => c.ToPolicy())],
        SteadyWorkSince = Day(request.SteadyWorkSince),
    };

    /// <summary>The content of a request that is revised.</summary>
    public static RequestContent Of(Proto.ReviseAuthorizationRequest request) => new()
    {
        ServiceInitiationDate = Day(request.ServiceInitiationDate),
        ContinuedService = [.. request.ContinuedService.Select(c => c.ToPolicy())],
        SteadyWorkSince = Day(request.SteadyWorkSince),
    };

    /// <summary>The content together with stored documents.</summary>
    public RequestContent With(params IReadOnlyList<RequestFile> files) => this with { Files = [.. Files.Where(f => files.All(other => other.Id != f.Id)), .. files] };

    /// <summary>The column: JSON with the codes of the packs.</summary>
    internal string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads the column.</summary>
    internal static RequestContent FromJson(string column) => JsonSerializer.Deserialize<RequestContent>(column, Json)!;

    /// <summary>A day of a request; null when it is empty.</summary>
    internal static DateOnly? Day(string day) => day.Length == 0 ? null : DateOnly.Parse(day, CultureInfo.InvariantCulture);

    private static IReadOnlyList<T> Known<T>(IEnumerable<T> first, IEnumerable<string> codes) where T : struct, Enum =>
        [.. first.Concat(codes.Select(Codes.Parse<T>).OfType<T>()).Distinct().Order()];
}

/// <summary>A stored document of a request.</summary>
/// <param name="Document">What it is, by its code in the packs.</param>
/// <param name="Id">The document.</param>
/// <param name="Sha256">The hash of its bytes, 64 lower-case hex digits.</param>
/// <param name="Contents">What it contains, by the codes of the packs.</param>
public sealed record RequestFile(string Document, Guid Id, string Sha256, IReadOnlyList<string> Contents)
{
    /// <summary>What it contains, by the codes of the packs; empty in a column from before the codes stood in it.</summary>
    public IReadOnlyList<string> Contents { get; init; } = Contents ?? [];

    /// <summary>The document as its request holds it.</summary>
    internal static RequestFile Of(Document document) =>
        new(WireCode.Lower(document.Kind)!, document.Id.Value, document.Content!.Sha256, document.Contents);
}

/// <summary>A version of a Career Profile.</summary>
/// <param name="Id">The Career Profile.</param>
/// <param name="Version">The version.</param>
public sealed record ProfileOnRecord(Guid Id, int Version);

/// <summary>
/// Evaluates a request, first or renewal, when it is made and again when documents arrive. Both cases read the facts and set the state in the same way.
/// </summary>
internal static class RequestEvaluation
{
    /// <summary>Decides a first request as of today and sets the result on the authorization.</summary>
    /// <param name="policies">Decides.</param>
    /// <param name="authorization">The request.</param>
    /// <param name="occupied">The days of the person that are taken.</param>
    public static Result<DecisionRecord> Evaluate(
        this PolicyService policies, Authorization authorization, IReadOnlyList<ExistingAuthorization> occupied)
    {
        if (!policies.Decide(authorization.Program, AuthorizationRequestDecision.Kind, policies.Today(authorization.Program)!.Value,
            Facts(authorization, occupied)).Is(out var evaluated, out var problem))
            return problem;
        Set(authorization, evaluated);
        (authorization.RequestDueOn, authorization.EarliestFrom) =
            (evaluated.Value<DateOnly?>("dueOn"), evaluated.Value<DateOnly?>("earliestEffectiveDate"));
        return evaluated;
    }

    /// <summary>Decides a renewal as of today and sets the result on it.</summary>
    /// <param name="policies">Decides.</param>
    /// <param name="renewal">The renewal.</param>
    /// <param name="individual">The person.</param>
    /// <param name="present">The authorization that it renews.</param>
    public static Result<DecisionRecord> EvaluateRenewal(
        this PolicyService policies, Authorization renewal, Individual individual, Authorization present)
    {
        if (!policies.Decide(renewal.Program, ReauthorizationDecision.Kind, policies.Today(renewal.Program)!.Value, Facts(renewal, individual, present))
            .Is(out var evaluated, out var problem))
            return problem;
        Set(renewal, evaluated);
        var from = evaluated.Value<DateOnly?>("newSpanFrom");
        renewal.EarliestFrom = from;
        renewal.RequestedFrom = from ?? renewal.RequestedFrom;
        (renewal.GapFrom, renewal.GapThrough) = (evaluated.Value<DateOnly?>("gapFrom"), evaluated.Value<DateOnly?>("gapTo"));
        return evaluated;
    }

    /// <summary>What the decision on a request reads: the request, of a renewal also the authorization that it renews, and the coverage and plans of the person.</summary>
    public static IEnumerable<RestedOn> Used(this Authorization request, Individual individual, Authorization? present) =>
        [new(request.Id.Value, request.Version), .. present is null ? [] : new[] { new RestedOn(present.Id.Value, present.Version) },
            .. individual.Enrollments.Used(), .. individual.Plans.Used()];

    private static void Set(Authorization authorization, DecisionRecord evaluated) =>
        (authorization.State, authorization.DecisionId) = (StateAfter(evaluated.Decision), evaluated.Id);

    /// <summary>
    /// A complete request goes to the payer's review. So does a complete request that is only late, because lateness moves its first day and denies nothing. A
    /// request that documents can fix waits for them. Any other request is not accepted.
    /// </summary>
    private static Proto.AuthorizationState StateAfter(Decision decision)
    {
        var isLate = decision.Values.ContainsKey("earliestEffectiveDate");
        var missed = decision.Findings.Where(f => f.Decides && f.Verdict == Verdict.NotMet).Select(f => f.Entry.Duties)
            .Where(duties => !duties.Contains(RuleDuty.RenewalRequest) && !(isLate && duties.Contains(RuleDuty.FirstRequest))).ToList();
        if (missed.Count > 0)
        {
            // Waiting for documents does not meet a rule that fails for another reason.
            return missed.TrueForAll(duties => duties.Contains(RuleDuty.MetByDocuments))
                ? Proto.AuthorizationState.PendedInfo : Proto.AuthorizationState.NotAccepted;
        }

        return decision.Findings.Any(f => f.Decides && f.Verdict == Verdict.NeedsFacts)
            ? Proto.AuthorizationState.PendedInfo : Proto.AuthorizationState.UnderReview;
    }

    private static AuthorizationRequestFacts Facts(Authorization authorization, IReadOnlyList<ExistingAuthorization> occupied) => new()
    {
        RequestKind = authorization.Kind.ToPolicy(),
        ServiceInitiationDate = authorization.Request.ServiceInitiationDate,
        RequestReceivedDate = authorization.ReceivedOn,
        Documents = authorization.Request.Documents,
        PcpContents = authorization.Request.PcpContents,
        TransitionPlanContents = authorization.Request.TransitionPlanContents,
        RequestedUnits = authorization.RequestedUnits,
        RequestedFrom = authorization.RequestedFrom,
        RequestedTo = authorization.RequestedThrough,
        RequestingProvider = authorization.Provider,
        ExistingAuthorizations = occupied,
    };

    private static ReauthorizationFacts Facts(Authorization renewal, Individual individual, Authorization present)
    {
        // A finding from before the present authorization was its ground and does not count for the renewal.
        var finding = individual.NecessityFindings.Where(f => f.FoundOn >= present.ApprovedFrom).MaxBy(f => (f.FoundOn, f.RecordedAt));
        return new()
        {
            CurrentAuthorizationEnd = present.Through,
            RequestReceivedDate = renewal.ReceivedOn,
            Documents = renewal.Request.RenewalDocuments,
            ContinuedServiceCriteria = renewal.Request.ConditionsMet,
            MedicalNecessityFinding = EligibilityVocabulary.Read<Proto.MedicalNecessity>(finding?.Finding)?.ToPolicy(),
            SteadyWorkSince = renewal.Request.SteadyWorkSince,
        };
    }
}

/// <summary>What else is on file about a person, for a request: the days that no new authorization may share, and whether there is a referral.</summary>
/// <param name="Days">
/// The occupied days: IPS of any agency, and ACT. They are read across all tenants from the table whose constraints prevent overlaps, because the request must
/// respect them. They are never shown.
/// </param>
/// <param name="Referred">Whether the person has a referral that the caller may see.</param>
/// <param name="Profile">The latest version of the Career Profile that the caller may see; null without one.</param>
internal sealed record OnFile(IReadOnlyList<ExistingAuthorization> Days, bool Referred, ProfileOnRecord? Profile)
{
    private const string Spans =
        """
         select d.service as "Service", d.provider as "Provider", d.from_day as "From", d.through_day as "Through", p.referred as "Referred",
            c.id as "Profile", (select max(v.version) from career_profile_versions v where v.profile_id = c.id) as "Version"
        from p left join lateral exclusive_days(p.id) d on true
        left join career_profiles c on c.id = (select o.id from career_profiles o where o.individual_id = p.id order by o.id desc limit 1)
        """;

    /// <summary>Reads it for a person.</summary>
    public static Task<OnFile> About(EligibilityDb db, IndividualId person, CancellationToken cancellationToken) => Read(
        db, "with p as materialized (select {0}::uuid as id, exists (select from referrals where individual_id = {0}) as referred)" + Spans, person.Value,
        cancellationToken);

    /// <summary>Reads it for the person of an authorization, without the referral.</summary>
    public static Task<OnFile> About(EligibilityDb db, AuthorizationId authorization, CancellationToken cancellationToken) =>
        Read(db, "with p as materialized (select individual_id as id, false as referred from authorizations where id = {0})" + Spans, authorization.Value,
            cancellationToken);

    /// <summary>The days for the person of an authorization.</summary>
    public static async Task<IReadOnlyList<ExistingAuthorization>> DaysOf(
        EligibilityDb db, AuthorizationId authorization, CancellationToken cancellationToken) => (await About(db, authorization, cancellationToken)).Days;

    private static async Task<OnFile> Read(EligibilityDb db, string spans, Guid id, CancellationToken cancellationToken)
    {
        var found = await db.Database.SqlQueryRaw<Span>(spans, id).ToListAsync(cancellationToken);
        return new(
            [
                .. from d in found
                   where d.Service is not null
                   select new ExistingAuthorization(
                       d.Service == "act" ? AuthorizedService.Act : AuthorizedService.Ips, d.Provider!, d.From!.Value, d.Through),
            ],
            found.Exists(d => d.Referred), found is [{ Profile: { } profile, Version: { } version }, ..] ? new(profile, version) : null);
    }

    private sealed record Span(string? Service, string? Provider, DateOnly? From, DateOnly? Through, bool Referred, Guid? Profile, int? Version);
}
