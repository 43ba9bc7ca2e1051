using Hl7.Fhir.Model;
using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Fhir;

/// <summary>
/// The documents of a request as a Questionnaire (Da Vinci DTR), made from the checklist of the rules: a question for each document, and beneath it one for what it
/// contains. The answers are what <c>Claim/$submit</c> reads from a QuestionnaireResponse.
/// </summary>
internal static class RequestQuestionnaire
{
    /// <summary>The Questionnaire for a program and a kind of authorization: what an order needs.</summary>
    /// <param name="policies">The packs.</param>
    /// <param name="address">The address of the FHIR endpoint.</param>
    /// <param name="needed">What an order needs.</param>
    public static Questionnaire Of(PolicyService policies, string address, OrderRequirements needed) =>
        Of(policies, address, needed.Program, needed.Kind, needed.Checklist.Items, $"{needed.Program}-{WireCode.Lower(needed.Kind)!.Replace('_', '-')}");

    /// <summary>The Questionnaire for a request that waits: the documents that came and do not show what they have to contain.</summary>
    /// <param name="policies">The packs.</param>
    /// <param name="address">The address of the FHIR endpoint.</param>
    /// <param name="authorization">The request.</param>
    public static (Questionnaire Questionnaire, IReadOnlyList<Proto.ChecklistItem> Items) Of(PolicyService policies, string address, Authorization authorization)
    {
        List<Proto.ChecklistItem> open = [.. DocumentChecklist.Of(authorization, policies).Where(item => item.Received && item.MissingContents.Count > 0)];
        return (Of(policies, address, authorization.Program, authorization.Kind, open, authorization.Id.Value.ToString()), open);
    }

    private static Questionnaire Of(
        PolicyService policies, string address, string program, Proto.AuthorizationKind kind, IEnumerable<Proto.ChecklistItem> items, string id)
    {
        var rules = policies.Engine.Programs[program].Rules.ToDictionary(r => r.Id.Value, StringComparer.Ordinal);
        return new()
        {
            Id = id,
            Url = $"{address}/Questionnaire/{id}",
            Version = policies.Engine.Programs[program].Version,
            Name = string.Concat($"{program}-{WireCode.Lower(kind)}".Split('-', '_').Select(part => char.ToUpperInvariant(part[0]) + part[1..])),
            Title = $"Documents of a request: {program}, {WireCode.Lower(kind)!.Replace('_', ' ')}",
            Status = PublicationStatus.Active,
            SubjectType = [ResourceType.Patient],
            Item = [.. items.Select(item => Item(item, rules))],
        };
    }

    /// <summary>The answers that the platform's own records give; what is not on record is left open.</summary>
    public static QuestionnaireResponse Prepopulated(
        Questionnaire questionnaire, IEnumerable<Proto.ChecklistItem> items, ResourceReference subject, DateTimeOffset now) => new()
        {
            Questionnaire = $"{questionnaire.Url}|{questionnaire.Version}",
            Status = QuestionnaireResponse.QuestionnaireResponseStatus.InProgress,
            Subject = subject,
            Authored = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            Item =
        [
            .. items.Where(item => item.Received).Select(item => new QuestionnaireResponse.ItemComponent
            {
                LinkId = item.Document,
                Answer = [new() { Value = new Coding(PasCodes.Documents, item.Document) }],
            }),
        ],
        };

    private static Questionnaire.ItemComponent Item(Proto.ChecklistItem item, Dictionary<string, RuleEntry> rules)
    {
        Questionnaire.ItemComponent question = new()
        {
            LinkId = item.Document,
            Text = $"{Words(item.Document)} ({string.Join("; ", item.RuleIds.Select(id => $"{id}, {rules[id].Citation}"))})",
            Type = Questionnaire.QuestionnaireItemType.Choice,
            Required = true,
            AnswerOption = [new() { Value = new Coding(PasCodes.Documents, item.Document, Words(item.Document)) }],
        };
        if (item.MissingContents.Count > 0)
        {
            question.Item.Add(new()
            {
                LinkId = item.Document + ".contents",
                Text = $"What does the {Words(item.Document)} contain? It needs {string.Join(", ", item.MissingContents.Select(Words))}.",
                Type = Questionnaire.QuestionnaireItemType.Choice,
                Repeats = true,
                AnswerOption = [.. item.MissingContents.SelectMany(c => c.Split(" or ")).Select(c => new Questionnaire.AnswerOptionComponent
                {
                    Value = new Coding(PasCodes.Documents, c, Words(c)),
                })],
            });
        }

        return question;
    }

    private static string Words(string code) => code.Replace('_', ' ');
}
