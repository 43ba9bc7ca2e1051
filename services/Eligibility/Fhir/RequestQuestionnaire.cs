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
    /// <summary>The Questionnaire for a program and a kind of authorization.</summary>
    /// <param name="policies">The packs.</param>
    /// <param name="address">The address of the FHIR endpoint.</param>
    /// <param name="needed">What an order needs.</param>
    public static Questionnaire Of(PolicyService policies, string address, OrderRequirements needed)
    {
        var rules = policies.Engine.Programs[needed.Program].Rules.ToDictionary(r => r.Id.Value, StringComparer.Ordinal);
        var id = $"{needed.Program}-{WireCode.Lower(needed.Kind)!.Replace('_', '-')}";
        return new()
        {
            Id = id,
            Url = $"{address}/Questionnaire/{id}",
            Version = policies.Engine.Programs[needed.Program].Version,
            Name = string.Concat(id.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..])),
            Title = $"Documents of a request: {needed.Program}, {WireCode.Lower(needed.Kind)!.Replace('_', ' ')}",
            Status = PublicationStatus.Active,
            SubjectType = [ResourceType.Patient],
            Item = [.. needed.Checklist.Items.Select(item => Item(item, rules))],
        };
    }

    /// <summary>The answers that the platform's own records give; what is not on record is left open.</summary>
    public static QuestionnaireResponse Prepopulated(Questionnaire questionnaire, OrderRequirements needed, ResourceReference subject, DateTimeOffset now) => new()
    {
        Questionnaire = $"{questionnaire.Url}|{questionnaire.Version}",
        Status = QuestionnaireResponse.QuestionnaireResponseStatus.InProgress,
        Subject = subject,
        Authored = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
        Item =
        [
            .. needed.Checklist.Items.Where(item => item.Received).Select(item => new QuestionnaireResponse.ItemComponent
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
