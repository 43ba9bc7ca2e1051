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

    private static readonly Parameter<IReadOnlyList<string>> PrintedTypes = Parameter<IReadOnlyList<string>>.Of(Contact, "contact_types");
    private static readonly Parameter<IReadOnlyList<string>> ReviewedTypes = Parameter<IReadOnlyList<string>>.Of(Contact, "reviewed_contact_types");

    /// <summary>Judges every element.</summary>
    public static void Evaluate(ServiceNoteFacts facts, RuleEvaluation ruling)
    {
        Line(Name, facts.IndividualName, "a", "individualName", ruling);
        ruling.Judge(Date, Verdict.Met, $"element b is {facts.ServiceDate}");
        Line(Service, facts.ServiceName, "c", "serviceName", ruling);
        ContactOf(facts.ContactType, ruling);
        ruling.Judge(Place, facts.PlaceOfService is null ? null : true, "element e is filled", Fact.Of("placeOfService", facts.PlaceOfService)).Remedy("a place of service on the note");
        Line(Purpose, facts.PurposeGoal, "f", "purposeGoal", ruling);
        Line(Interventions, facts.Interventions, "g", "interventions", ruling);
        ruling.Judge(Duration, facts.DurationMinutes is { } minutes ? minutes > 0 : null, $"element h shows {facts.DurationMinutes} minutes",
                Fact.Of("durationMinutes", facts.DurationMinutes))
            .Remedy("the minutes of the intervention on the note");
        Line(Effectiveness, facts.Effectiveness, "i", "effectiveness", ruling);
        SignatureOf(facts, ruling);
        ruling.Judge(Pages, facts.NameOnEveryPage, facts.NameOnEveryPage == true ? "every page carries the name" : "a page carries no name",
                Fact.Of("nameOnEveryPage", facts.NameOnEveryPage))
            .Remedy("the individual's name on every page");
        ruling.Judge(Author, SameWriter(facts), facts.AuthorId == facts.RenderingStaffId ? "written by the person who gave the service" : "written by somebody else than the person who gave the service",
                Fact.Of("authorId", facts.AuthorId), Fact.Of("renderingStaffId", facts.RenderingStaffId))
            .Remedy("a note written by the person who gave the service");
        ruling.Remark(Documented, ruling.Worst, $"state funds are billed with a note that meets every element; the worst result of the elements is {ruling.Worst}",
            Fact.Of("individualName", facts.IndividualName), Fact.Of("serviceName", facts.ServiceName), Fact.Of("contactType", facts.ContactType),
            Fact.Of("placeOfService", facts.PlaceOfService), Fact.Of("purposeGoal", facts.PurposeGoal), Fact.Of("interventions", facts.Interventions),
            Fact.Of("durationMinutes", facts.DurationMinutes), Fact.Of("effectiveness", facts.Effectiveness), Fact.Of("signedBy", facts.SignedBy),
            Fact.Of("signatureDate", facts.SignatureDate), Fact.Of("credentialsOrTitle", facts.CredentialsOrTitle), Fact.Of("nameOnEveryPage", facts.NameOnEveryPage),
            Fact.Of("authorId", facts.AuthorId), Fact.Of("renderingStaffId", facts.RenderingStaffId));
    }

    private static void ContactOf(ContactType? type, RuleEvaluation ruling)
    {
        if (!ruling.Has(Contact))
            return;
        var code = type is { } given ? Codes.Of(given) : null;
        var verdict = code is null ? Verdict.NeedsFacts
            : ruling.Value(PrintedTypes).Contains(code, StringComparer.Ordinal) ? Verdict.Met
            : ruling.Value(ReviewedTypes).Contains(code, StringComparer.Ordinal) ? Verdict.NeedsReview
            : Verdict.NotMet;
        ruling.Judge(Contact, verdict, $"element d is {code}; the printed types are {ruling.Value(PrintedTypes)}", Fact.Of("contactType", type))
            .Remedy($"a contact of type {ruling.Value(PrintedTypes)}");
    }

    private static void SignatureOf(ServiceNoteFacts facts, RuleEvaluation ruling)
    {
        bool? dated = facts.SignatureDate is { } date ? date.Day is not null : null;
        ruling.Judge(Signature, Ternary.All(Filled(facts.SignedBy), dated, Filled(facts.CredentialsOrTitle)),
                $"element j: signature {Shown(Filled(facts.SignedBy))}, date {Shown(dated)}, credentials or title {Shown(Filled(facts.CredentialsOrTitle))}",
                Fact.Of("signedBy", facts.SignedBy), Fact.Of("signatureDate", facts.SignatureDate), Fact.Of("credentialsOrTitle", facts.CredentialsOrTitle))
            .Remedy("signature, its date, and credentials or job title on the note");
    }

    private static void Line(RuleId rule, string? text, string element, string fact, RuleEvaluation ruling) =>
        ruling.Judge(rule, Filled(text), $"element {element} is {Shown(Filled(text))}", Fact.Of(fact, text)).Remedy($"{fact} filled in on the note");

    private static bool? Filled(string? text) => text is null ? null : !string.IsNullOrWhiteSpace(text);

    private static bool? SameWriter(ServiceNoteFacts facts) =>
        Ternary.All(Filled(facts.AuthorId), Filled(facts.RenderingStaffId), facts.AuthorId is null || facts.RenderingStaffId is null ? null : facts.AuthorId == facts.RenderingStaffId);

    private static string Shown(bool? filled) => filled switch { true => "filled", false => "blank", null => "not known" };
}
