using Hl7.Fhir.Model;
using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Fhir;

/// <summary>
/// <c>$submit-attachment</c> (Da Vinci CDex 2.1): the documents that a request waits for, each stored with it, or the answers to its questionnaire. When the last one
/// came, the request goes to the payer's review. Everything is checked before the first is stored; the same again changes nothing.
/// </summary>
internal sealed class SubmitAttachment(
    Caller caller, AuthorizationReader authorizations, BusinessIdentifiers identifiers, PolicyService policies, Lazy<UploadDocument> upload,
    Lazy<AddDocuments> add, TimeProvider clock)
{
    private readonly List<FhirIssue> issues = [];

    /// <summary>Answers with what is stored, or why nothing is.</summary>
    public async Task<(OperationOutcome? Answer, FhirFault? Fault)> Handle(Parameters sent, CancellationToken cancellationToken)
    {
        if (Value<Code>(sent, "AttachTo") is { } purpose && purpose.Value != "preauthorization")
            Add(IssueType.NotSupported, At("AttachTo"), "is not preauthorization; documents of claims are not taken here");
        var (tracking, member) = (Number(sent, "TrackingId"), Number(sent, "MemberId"));
        var sender = Value<Identifier>(sent, "OrganizationId", required: false);
        var (id, document) = Tracked(tracking);
        var answers = Answers(sent);
        var documents = answers is null ? Documents(sent, document) : [];
        if (FhirFault.Of(issues) is { } malformed)
            return (null, malformed);
        if (sender is not null
            && await identifiers.CodeOf(new Organization { Identifier = [sender] }, isAgency: true, on: null, cancellationToken) != caller.Organization)
            return (null, Unknown("OrganizationId", "is not an identifier of your organization"));
        var (person, _) = await identifiers.Person(new() { Identifier = [member!] }, null, At("MemberId"), cancellationToken);
        if (id is null || await authorizations.Find(caller, id.Value, cancellationToken) is not { } authorization || person?.Id != authorization.IndividualId)
            return (null, Unknown("TrackingId", "is the number of no request of yours for this person; send that of the Task or the CommunicationRequest"));
        if (AddDocuments.Closed(authorization) is { } closed)
            return (null, FhirFault.Of(closed, _ => At("TrackingId")));
        if (answers is not null && await Answer(authorization, answers, cancellationToken) is { } unfit)
            return (null, FhirFault.Of(unfit, _ => At("Attachment")));
        foreach (var each in documents)
        {
            var request = each.Upload(authorization, policies, clock);
            if (!(await upload.Value.Handle(request, each.Pieces(), cancellationToken)).Is(out _, out var problem))
                return (null, FhirFault.Of(problem, each.ElementOf));
        }

        var after = await authorizations.Find(caller, id.Value, cancellationToken);
        return (Stored(answers is null ? $"Documents stored: {documents.Count}." : "Answers taken.", WireCode.Lower(after!.State)!), null);
    }

    /// <summary>What documents contain by the answers of a questionnaire, by the code of the document; null when documents are sent.</summary>
    private ILookup<string, string>? Answers(Parameters sent)
    {
        var contents = sent.Parameter.Where(p => p.Name == "Attachment").Select(p => p.Part.Find(part => part.Name == "Content")?.Resource).ToList();
        if (!contents.Exists(c => c is QuestionnaireResponse))
            return null;
        var answers = contents.OfType<QuestionnaireResponse>().SelectMany(response => response.Item)
            .SelectMany(item => item.Beneath(), (item, beneath) => (item.LinkId, beneath))
            .SelectMany(each => each.beneath.Codes(), (each, code) => (Document: each.LinkId, Code: code))
            .ToLookup(each => each.Document ?? "", each => each.Code);
        if (contents.Exists(c => c is not QuestionnaireResponse))
            Add(IssueType.Structure, At("Attachment"), "has answers and documents; they belong to different Tasks, send them in two calls");
        else if (answers.Count == 0)
            Add(IssueType.Required, At("Attachment"), $"has no answer with a code of {PasCodes.Documents}; answer the questions of the Questionnaire");
        return answers;
    }

    private async Task<Problem?> Answer(Authorization authorization, ILookup<string, string> answers, CancellationToken cancellationToken)
    {
        Proto.AddDocumentsRequest later = new()
        {
            Name = authorization.Id.Name,
            Etag = authorization.Etag(),
            RequestId = Guid.CreateVersion7(clock.GetUtcNow()).ToString(),
        };
        foreach (var answer in answers)
        {
            if (authorization.Request.Files.LastOrDefault(f => f.Document == answer.Key) is not { } file)
                return new Problem.Invalid("contents", $"has an answer about {answer.Key}, which did not come yet; send the document");
            // The same answers again change nothing.
            if (answer.Except(file.Contents).Any())
                later.Contents.Add(new Proto.DocumentContents { Document = new DocumentId(file.Id).Name, Contents = { answer } });
        }

        return later.Contents.Count == 0 ? null : (await add.Value.Handle(later, cancellationToken)).Problem;
    }

    // The number of a Task, and of a questionnaire, is the authorization's; that of any other CommunicationRequest names the document too.
    private static (AuthorizationId? Id, string? Document) Tracked(Identifier? tracking) => tracking switch
    {
        { System: PasCodes.Authorizations or PasCodes.Questionnaires, Value: var number } when Guid.TryParse(number, out var id) => (new(id), null),
        { System: PasCodes.Attachments, Value: { } number } when number.Split(':') is [var first, var document] && Guid.TryParse(first, out var id) =>
            (new(id), document),
        _ => (null, null),
    };

    private List<SentDocument> Documents(Parameters sent, string? document)
    {
        List<SentDocument> documents = [];
        foreach (var (i, attachment) in sent.Parameter.Index().Where(p => p.Item.Name == "Attachment"))
        {
            var path = $"Parameters.parameter[{i}]";
            var at = attachment.Part.FindIndex(p => p.Name == "Content");
            var code = attachment.Part.Find(p => p.Name == "Code")?.Value as CodeableConcept;
            if (code is null && document is not null)
                code = new(PasCodes.Documents, document);
            if (at < 0 || attachment.Part[at].Resource is not DocumentReference reference)
                Add(IssueType.Required, path + (at < 0 ? ".part" : $".part[{at}].resource"), "has no Content that is a DocumentReference or a QuestionnaireResponse; send one");
            else if (SentDocument.Read(reference, code, $"{path}.part[{at}].resource", issues) is { } read)
                documents.Add(read);
            else if (!issues.Exists(issue => issue.Expression.StartsWith(path, StringComparison.Ordinal)))
                Add(IssueType.Required, $"{path}.part[{at}].resource.content[0].attachment.data", "is missing; send the document itself, not its address");
        }

        if (!sent.Parameter.Exists(p => p.Name == "Attachment"))
            Add(IssueType.Required, At("Attachment"), "is missing; send at least one document");
        return documents;
    }

    private Identifier? Number(Parameters sent, string name)
    {
        var number = Value<Identifier>(sent, name);
        if (number is { Value: null or "" })
            Add(IssueType.Required, At(name) + ".value", "has no value");
        return number;
    }

    private TValue? Value<TValue>(Parameters sent, string name, bool required = true) where TValue : DataType
    {
        var values = sent.Parameter.FindAll(p => p.Name == name);
        if (values is [{ Value: TValue value }])
            return value;
        if (values.Count > 0 || required)
            Add(IssueType.Required, At(name), $"is missing, stands twice or is no {typeof(TValue).Name}; send it once");
        return null;
    }

    private static OperationOutcome Stored(string what, string state) => new()
    {
        Issue =
        [
            new()
            {
                Severity = OperationOutcome.IssueSeverity.Information,
                Code = IssueType.Informational,
                Details = new() { Text = $"{what} State: {state.Replace('_', ' ')}." },
            },
        ],
    };

    private static FhirFault Unknown(string name, string text) => FhirFault.Of(StatusCodes.Status422UnprocessableEntity, IssueType.NotFound, At(name), text);

    private static string At(string name) => $"Parameters.parameter('{name}')";

    private void Add(IssueType type, string path, string text) => issues.Add(new(type, path, text));
}
