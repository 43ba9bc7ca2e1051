using Ips.Policies;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Which substance use disorder data a caller may receive (42 CFR Part 2). The provider receives its own record. Another party receives only what it recorded
/// itself or what a consent in force allows for its purpose. Days are UTC; every program lies west of UTC, so a consent ends early rather than late.
/// </summary>
internal sealed record Redisclosure(Caller Caller, DateOnly Today)
{
    private static readonly string[] PayersPurposes = ["treatment", "payment"];
    private static readonly string[] RehabilitationPurposes = ["vocational_rehabilitation"];

    private const string Withheld = "withheld: no consent in force covers the caller (42 CFR Part 2)";

    /// <summary>For a vocational rehabilitation agency that is to receive a referral.</summary>
    public static Redisclosure To(string vrAgency, DateOnly today) => new(Caller.None with { Role = Roles.Dvrs, Organization = vrAgency }, today);

    /// <summary>For the caller, now.</summary>
    public static Redisclosure To(Caller caller, TimeProvider clock) => new(caller, clock.UtcDay());

    /// <summary>Whether no consent covers the caller. The result does not depend on whether there is anything to withhold, so it reveals nothing.</summary>
    public bool Withholds(Individual individual) => Caller.Role switch
    {
        Roles.Provider or Roles.Ops or "" => false,
        Roles.Mco => !Consented(individual, PayersPurposes),
        _ => !Consented(individual, RehabilitationPurposes),
    };

    /// <summary>
    /// Whether texts about the person are withheld: a substance use disorder is or was on record, so they could reveal it, and no consent covers the caller.
    /// </summary>
    public bool WithholdsTexts(Individual individual) =>
        Withholds(individual) && individual.Facts.Any(f => f is Diagnosis { Class: Diagnosis.SubstanceUse } && f.RecordedBy != Caller.Organization);

    /// <summary>Whether the caller may see the fact. A payer sees the consents that name it.</summary>
    public bool Shows(Individual individual, Fact fact) => fact switch
    {
        Diagnosis { Class: Diagnosis.SubstanceUse } => fact.RecordedBy == Caller.Organization || !Withholds(individual),
        // Who referred can reveal why the person is in care.
        ReferralSource source => Caller.Role is Roles.Provider or Roles.Ops or "" || source.Organization == Caller.Organization,
        Consent consent => Caller.Role != Roles.Mco || consent.Recipient == Caller.Organization,
        _ => true,
    };

    /// <summary>
    /// The receipt that the caller may receive. A party without consent receives a receipt that depends on substance use disorder with every rule, verdict and
    /// citation, but without the reasons that reveal the diagnosis and without the bytes that contain them.
    /// </summary>
    public Contracts.Common.V1.Decision Limit(Contracts.Common.V1.Decision decision, StoredDecision stored, Individual individual) =>
        Withholds(individual) && RevealsDiagnosis(stored.ReadFacts()) ? Limited(decision) : decision;

    /// <summary>The same for a decision that is not stored: <paramref name="facts"/> as JSON.</summary>
    public Contracts.Common.V1.Decision Limit(Contracts.Common.V1.Decision decision, string facts, Individual individual) =>
        Withholds(individual) && RevealsDiagnosis(facts) ? Limited(decision) : decision;

    /// <summary>The text that replaces a rule's reasons in a letter; null where the caller may see the reasons.</summary>
    public Func<string, string?> InLetters(StoredDecision stored, Individual individual) =>
        Withholds(individual) && RevealsDiagnosis(stored.ReadFacts())
            ? rule => RuleDuty.RevealsDiagnosis.IsOf(stored.Program, rule) ? Withheld : null
            : _ => null;

    private bool Consented(Individual individual, string[] purposes) =>
        individual.Consents.Any(c => c.Covers(Caller.Organization, "substance_use", purposes, Today));

    // Erased facts cannot show that there is nothing to withhold.
    private static bool RevealsDiagnosis(string facts) => facts.Length == 0 || facts.Contains($"\"{Diagnosis.SubstanceUse}\"", StringComparison.Ordinal);

    private static Contracts.Common.V1.Decision Limited(Contracts.Common.V1.Decision decision)
    {
        var limited = decision.Clone();
        limited.ReceiptJson = "";
        foreach (var finding in limited.Findings.Where(f => RuleDuty.RevealsDiagnosis.IsOf(decision.Program, f.RuleId)))
        {
            (finding.Reason, finding.WouldBeMet) = (Withheld, "");
            finding.MissingFacts.Clear();
        }

        return limited;
    }
}
