namespace Ips.Policies.ServiceNotes;

/// <summary>The elements a to k of a service note, and who writes it.</summary>
public static class NoteElementRules
{
    private static readonly RuleId Name = RuleId.Of("NC-NOTE-001");
    private static readonly RuleId Date = RuleId.Of("NC-NOTE-002");
    private static readonly RuleId Service = RuleId.Of("NC-NOTE-003");
    private static readonly RuleId Contact = RuleId.Of("NC-NOTE-004");
    private static readonly RuleId Place = RuleId.Of("NC-NOTE-005");
    private static readonly RuleId Purpose = RuleId.Of("NC-NOTE-006");
    private static readonly RuleId Interventions = RuleId.Of("NC-NOTE-007");
    private static readonly RuleId Duration = RuleId.Of("NC-NOTE-008");
    private static readonly RuleId Effectiveness = RuleId.Of("NC-NOTE-009");
    private static readonly RuleId Signature = RuleId.Of("NC-NOTE-010");
    private static readonly RuleId Pages = RuleId.Of("NC-NOTE-011");
    private static readonly RuleId Author = RuleId.Of("NC-DOC-003");
    private static readonly RuleId Documented = RuleId.Of("NC-DOC-007");

    private static readonly Parameter<string> AnotherName = Parameter<string>.Of(Name, "another_name");
    private static readonly Parameter<IReadOnlyList<string>> PrintedTypes = Parameter<IReadOnlyList<string>>.Of(Contact, "contact_types");
    private static readonly Parameter<IReadOnlyList<string>> ReviewedTypes = Parameter<IReadOnlyList<string>>.Of(Contact, "reviewed_contact_types");

    /// <summary>Evaluates every element.</summary>
    public static void Evaluate(ServiceNoteFacts facts, RuleEvaluation evaluation)
    {
        NameOf(facts, evaluation);
        evaluation.Require(Date, Verdict.Met, $"element b is {facts.ServiceDate}");
        Line(Service, facts.ServiceName, "c", "serviceName", evaluation);
        ContactOf(facts.ContactType, evaluation);
        evaluation.Require(Place, facts.PlaceOfService is null ? null : true, "element e is filled", Fact.Of(facts.PlaceOfService))
            .Remedy("a place of service on the note");
        Line(Purpose, facts.PurposeGoal, "f", "purposeGoal", evaluation);
        Line(Interventions, facts.Interventions, "g", "interventions", evaluation);
        evaluation.Require(Duration, facts.DurationMinutes is { } minutes ? minutes > 0 : null, $"element h shows {facts.DurationMinutes} minutes",
                Fact.Of(facts.DurationMinutes))
            .Remedy("the minutes of the intervention on the note");
        Line(Effectiveness, facts.Effectiveness, "i", "effectiveness", evaluation);
        SignatureOf(facts, evaluation);
        evaluation.Require(Pages, facts.NameOnEveryPage, facts.NameOnEveryPage == true ? "every page carries the name" : "a page carries no name",
                Fact.Of(facts.NameOnEveryPage))
            .Remedy("the individual's name on every page");
        evaluation.Require(Author, SameWriter(facts), facts.AuthorId == facts.RenderingStaffId ? "written by the person who gave the service"
            : "written by another person than the one who gave the service",
                Fact.Of(facts.AuthorId), Fact.Of(facts.RenderingStaffId))
            .Remedy("a note written by the person who gave the service");
        evaluation.Remark(Documented, evaluation.Worst,
            $"state funds are billed with a note that meets every element; the worst result of the elements is {evaluation.Worst}",
            Fact.Of(facts.IndividualName), Fact.Of(facts.ServiceName), Fact.Of(facts.ContactType),
            Fact.Of(facts.PlaceOfService), Fact.Of(facts.PurposeGoal), Fact.Of(facts.Interventions),
            Fact.Of(facts.DurationMinutes), Fact.Of(facts.Effectiveness), Fact.Of(facts.SignedBy),
            Fact.Of(facts.SignatureDate), Fact.Of(facts.CredentialsOrTitle), Fact.Of(facts.NameOnEveryPage),
            Fact.Of(facts.AuthorId), Fact.Of(facts.RenderingStaffId));
    }

    /// <summary>
    /// Whether the note counts now: every deciding rule is met, or the only doubt is the name, for a person may go by more than one.
    /// </summary>
    internal static bool Counts(ServiceNoteFacts facts, RuleEvaluation evaluation) => evaluation.Worst == Verdict.Met
        || (NameDiffers(facts) && evaluation.Value(AnotherName) == "counts" && evaluation.WorstWithout([Name]) == Verdict.Met);

    private static void NameOf(ServiceNoteFacts facts, RuleEvaluation evaluation)
    {
        if (NameDiffers(facts))
        {
            evaluation.Require(Name, Verdict.NeedsReview, "element a is filled, but with a name that the person's record does not have")
                .Remedy("the name on record, or the note under the person whom it names");
            return;
        }

        Line(Name, facts.IndividualName, "a", "individualName", evaluation);
    }

    private static bool NameDiffers(ServiceNoteFacts facts) => Filled(facts.IndividualName) == true && facts.NameMatchesRecord == false;

    private static void ContactOf(ContactType? type, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(Contact))
            return;
        var code = type is { } given ? Codes.Of(given) : null;
        var verdict = code is null ? Verdict.NeedsFacts
            : evaluation.Value(PrintedTypes).Contains(code, StringComparer.Ordinal) ? Verdict.Met
            : evaluation.Value(ReviewedTypes).Contains(code, StringComparer.Ordinal) ? Verdict.NeedsReview
            : Verdict.NotMet;
        evaluation.Require(Contact, verdict, $"element d is {code}; the printed types are {evaluation.Value(PrintedTypes)}",
                Fact.Of(type, nameof(ServiceNoteFacts.ContactType)))
            .Remedy($"a contact of type {evaluation.Value(PrintedTypes)}");
    }

    private static void SignatureOf(ServiceNoteFacts facts, RuleEvaluation evaluation)
    {
        bool? dated = facts.SignatureDate is { } date ? date.Day is not null : null;
        evaluation.Require(Signature, Ternary.All(Filled(facts.SignedBy), dated, Filled(facts.CredentialsOrTitle)),
                $"element j: signature {Shown(Filled(facts.SignedBy))}, date {Shown(dated)}, credentials or title {Shown(Filled(facts.CredentialsOrTitle))}",
                Fact.Of(facts.SignedBy), Fact.Of(facts.SignatureDate), Fact.Of(facts.CredentialsOrTitle))
            .Remedy("signature, its date, and credentials or job title on the note");
    }

    private static void Line(RuleId rule, string? text, string element, string fact, RuleEvaluation evaluation) =>
        evaluation.Require(rule, Filled(text), $"element {element} is {Shown(Filled(text))}", Fact.Of(text, fact)).Remedy($"{fact} filled in on the note");

    private static bool? Filled(string? text) => text is null ? null : !string.IsNullOrWhiteSpace(text);

    private static bool? SameWriter(ServiceNoteFacts facts) =>
        Ternary.All(Filled(facts.AuthorId), Filled(facts.RenderingStaffId), facts.AuthorId is null || facts.RenderingStaffId is null ? null
            : facts.AuthorId == facts.RenderingStaffId);

    private static string Shown(bool? filled) => filled switch { true => "filled", false => "blank", null => "not known" };
}
