namespace Ips.Policies.Staffing;

/// <summary>May the provider give IPS in this program on the as-of day, and if not, what is missing and who acts?</summary>
public static class ProviderReadinessDecision
{
    private static readonly RuleId Participation = RuleId.Of("NC-PROV-001");
    private static readonly RuleId Agreement = RuleId.Of("NC-PROV-002");
    private static readonly RuleId NcLicense = RuleId.Of("NC-PROV-004");
    private static readonly RuleId Contracted = RuleId.Of("NC-PROV-005");
    private static readonly RuleId LegalEntity = RuleId.Of("NC-PROV-006");
    private static readonly RuleId NcVendor = RuleId.Of("NC-DVRS-005");
    private static readonly RuleId Integration = RuleId.Of("NC-PROG-004");
    private static readonly RuleId AgreementSent = RuleId.Of("NC-PROG-005");
    private static readonly RuleId Enrolled = RuleId.Of("LA-PROV-001");
    private static readonly RuleId Oversight = RuleId.Of("LA-PROV-002");
    private static readonly RuleId LaLicense = RuleId.Of("LA-PROV-003");
    private static readonly RuleId Accredited = RuleId.Of("LA-PROV-004");
    private static readonly RuleId Applied = RuleId.Of("LA-PROV-006");
    private static readonly RuleId InFull = RuleId.Of("LA-PROV-007");
    private static readonly RuleId MoVendor = RuleId.Of("MO-FUND-001");

    private static readonly RuleId[] Held = [Participation, Agreement, NcLicense, LegalEntity, NcVendor, Integration, Oversight, LaLicense];
    private static readonly RuleId[] All = [.. Held, Enrolled, Contracted, AgreementSent, Accredited, Applied, InFull, MoVendor];

    private static readonly Dictionary<RuleId, Parameter<IReadOnlyList<string>>> AnyOf = Of<IReadOnlyList<string>>("any_of", [.. Held, Enrolled]);
    private static readonly Dictionary<RuleId, Parameter<IReadOnlyList<string>>> Bodies =
        Of<IReadOnlyList<string>>("bodies", [NcLicense, LaLicense, Enrolled, Accredited, MoVendor]);
    private static readonly Dictionary<RuleId, Parameter<string>> WhoActs = Of<string>("who_acts", All);
    private static readonly Parameter<IReadOnlyList<string>> AllOf = Parameter<IReadOnlyList<string>>.Of(Contracted, "all_of");
    private static readonly Parameter<int> VendorWarning = Parameter<int>.Of(NcVendor, "warn_after");
    private static readonly Parameter<int> FullAfter = Parameter<int>.Of(InFull, "months_from_application");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ProviderReadinessFacts> Kind { get; } = new(
        "provider-readiness", "May the provider give the service on the as-of day, and what is missing?", Evaluate);

    /// <summary>Who acts where a rule is not met on a day: provider, payer, state_agency or vr_agency; <see langword="null"/> for another rule.</summary>
    public static string? ActorOf(Pack program, RuleId rule, DateOnly day) =>
        WhoActs.TryGetValue(rule, out var who) && program.On(day).Rule(rule) is not null ? program.On(day).Value(who) : null;

    private static void Evaluate(ProviderReadinessFacts facts, RuleEvaluation evaluation)
    {
        foreach (var rule in Held.Where(evaluation.Has))
        {
            var kinds = evaluation.Value(AnyOf[rule]);
            Require(rule, Valid(facts, kinds, BodiesOf(rule, evaluation), evaluation.AsOf), $"one of {string.Join(", ", kinds)}", facts, evaluation);
        }

        // In earlier releases a person decides it.
        if (evaluation.Text.TryValue(AnyOf[Enrolled], out var enrollment))
        {
            var types = evaluation.Value(Bodies[Enrolled]);
            Require(Enrolled, Valid(facts, enrollment, types, evaluation.AsOf), $"{string.Join(", ", enrollment)} as {string.Join(", ", types)}", facts, evaluation);
        }

        if (evaluation.Has(NcVendor))
            WarnOfApplication(facts, evaluation);
        if (evaluation.Has(Contracted))
        {
            var kinds = evaluation.Value(AllOf);
            Require(Contracted, Ternary.All([.. kinds.Select(kind => Valid(facts, [kind], null, evaluation.AsOf))]), string.Join(" and ", kinds), facts, evaluation);
        }

        if (evaluation.Has(AgreementSent))
            Sent(facts, evaluation);
        if (evaluation.Has(InFull))
            Accreditation(facts, evaluation);
        if (evaluation.Has(MoVendor))
        {
            var wants = facts.Records?.Any(r => r.Kind is ProviderRecordKind.VrVendor or ProviderRecordKind.VrVendorApplication && r.LastsOn(evaluation.AsOf));
            var bodies = evaluation.Value(Bodies[MoVendor]);
            Require(MoVendor, Ternary.Any(!wants, Valid(facts, [Codes.Of(ProviderRecordKind.Accreditation)], bodies, evaluation.AsOf)),
                $"an accreditation of {string.Join(", ", bodies)}, or no wish to become a provider of vocational rehabilitation", facts, evaluation);
        }
    }

    private static void Require(RuleId rule, bool? met, string needed, ProviderReadinessFacts facts, RuleEvaluation evaluation) =>
        evaluation.Require(rule, met, $"{(met == true ? "on file" : "not on file")} on {evaluation.AsOf}: {needed}", new Fact("records", facts.Records is not null))
            .Remedy($"on file on {evaluation.AsOf}: {needed}");

    /// <summary>The agreement is sent before the first day of service and covers all behavioral health components. Co-location needs none.</summary>
    private static void Sent(ProviderReadinessFacts facts, RuleEvaluation evaluation)
    {
        if (facts.Records?.Any(r => r.Kind == ProviderRecordKind.Colocation && r.LastsOn(evaluation.AsOf)) == true)
        {
            evaluation.Require(AgreementSent, true, "in one place with the behavioral health treatment: no agreement is needed");
            return;
        }

        var last = facts.FirstServiceDate?.AddDays(-1);
        // Of several the one that counts most: in time before late, complete before not known.
        var sent = facts.Records?.Where(r => r.Kind == ProviderRecordKind.IntegrationAgreementSubmission)
            .MinBy(r => (r.From > last, r.AllComponents != true, r.AllComponents == false, r.From));
        bool? timely = facts.Records is null || last is null ? null : sent is null ? evaluation.AsOf <= last : sent.From <= last;
        bool? complete = sent is null ? true : sent.AllComponents;
        evaluation.Require(AgreementSent, Ternary.All(timely, complete),
                $"the agreement was {Words.Day(sent?.From, "sent on ", "not sent")}, last day {Words.Day(last, "", "not known")}; covers all components: {complete}",
                new Fact("records", facts.Records is not null), Fact.Of(facts.FirstServiceDate), new("records[].allComponents", complete is not null))
            .Remedy($"an agreement that covers all components, sent by {Words.Day(last, "", "the day before the first service")}");
        if (sent is null)
            evaluation.Answer("agreementDueOn", last, AgreementSent);
    }

    /// <summary>Accredited, or on the way: applied and paid before the contract, and accredited in full within the months from the first application.</summary>
    private static void Accreditation(ProviderReadinessFacts facts, RuleEvaluation evaluation)
    {
        var bodies = evaluation.Value(Bodies[Accredited]);
        var accredited = Valid(facts, [Codes.Of(ProviderRecordKind.Accreditation)], bodies, evaluation.AsOf);
        var first = Earliest(facts, ProviderRecordKind.Accreditation, bodies);
        var applied = Earliest(facts, ProviderRecordKind.AccreditationApplication, null);
        var paid = Earliest(facts, ProviderRecordKind.AccreditationFee, null);
        var contract = Earliest(facts, ProviderRecordKind.Contract, null);
        DateOnly? due = applied is { } start ? Days.MonthsAfter(start, evaluation.Value(FullAfter)) : null;
        Require(Accredited, Ternary.Any(accredited, facts.Records is null ? null : first is null && due >= evaluation.AsOf),
            $"an accreditation of {string.Join(", ", bodies)}, or an application{Words.Day(due, " that counts until ", "")}", facts, evaluation);

        var proof = facts.Records?.Where(r => r.Kind is ProviderRecordKind.AccreditationApplication or ProviderRecordKind.AccreditationFee)
            .All(r => r.ProofOnFile == true);
        bool? ready = facts.Records is null ? null : first <= (contract ?? evaluation.AsOf)
            || (applied is not null && paid is not null && proof == true && !(applied >= contract) && !(paid >= contract));
        evaluation.Require(Applied, ready,
                $"application {Words.Day(applied, "of ", "not on file")}, fee {Words.Day(paid, "paid on ", "not on file")}, proof on file: {proof}, contract {Words.Day(contract, "from ", "not on file")}",
                new Fact("records", facts.Records is not null))
            .Remedy($"applied and paid {Words.Day(contract, "before ", "before the contract")}, with the proof on file");

        if (facts.Records is not null && due is null)
        {
            evaluation.Require(InFull, true, "no application on file, so no day is set");
            return;
        }

        bool? inTime = due is not { } last ? null : first is { } day ? day <= last : evaluation.AsOf <= last;
        evaluation.Require(InFull, inTime, $"{Words.Day(first, "accredited on ", "not accredited")}, last day {Words.Day(due, "", "not known")}",
                new Fact("records", facts.Records is not null))
            .Remedy($"accredited by {Words.Day(due, "", "the last day")}");
        if (first is null)
            evaluation.Answer("accreditationDueOn", due, InFull);
    }

    /// <summary>A vendor application counts without end; after some months it is reported.</summary>
    private static void WarnOfApplication(ProviderReadinessFacts facts, RuleEvaluation evaluation)
    {
        if (facts.Records is null || facts.Records.Any(r => r.Kind == ProviderRecordKind.VrVendor && r.LastsOn(evaluation.AsOf)))
            return;
        if (Earliest(facts, ProviderRecordKind.VrVendorApplication, null) is { } applied)
            evaluation.Answer("vendorApplicationIsOld", evaluation.AsOf > Days.MonthsAfter(applied, evaluation.Value(VendorWarning)));
    }

    private static bool? Valid(ProviderReadinessFacts facts, IReadOnlyList<string> kinds, IReadOnlyList<string>? bodies, DateOnly day) =>
        facts.Records?.Any(r => r.LastsOn(day) && Lists.Names(kinds, r.Kind) && IsOf(r, bodies));

    private static DateOnly? Earliest(ProviderReadinessFacts facts, ProviderRecordKind kind, IReadOnlyList<string>? bodies) =>
        facts.Records?.Where(r => r.Kind == kind && IsOf(r, bodies)).Select(r => (DateOnly?)r.From).Min();

    private static bool IsOf(ProviderRecord record, IReadOnlyList<string>? bodies) =>
        bodies is null || (record.Body is { } body && Lists.Names(bodies, body));

    private static IReadOnlyList<string>? BodiesOf(RuleId rule, RuleEvaluation evaluation) =>
        Bodies.TryGetValue(rule, out var bodies) ? evaluation.Value(bodies) : null;

    private static Dictionary<RuleId, Parameter<T>> Of<T>(string name, RuleId[] rules)
        where T : notnull => rules.ToDictionary(rule => rule, rule => Parameter<T>.Of(rule, name));
}
