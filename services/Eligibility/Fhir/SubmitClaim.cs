using System.Security.Cryptography;
using System.Text;
using Hl7.Fhir.Model;
using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Fhir;

/// <summary>
/// <c>Claim/$submit</c>: each item becomes the call of a use case, the same that answers gRPC: request, renew, revise, withdraw, cancel. All items are decided
/// before the first is stored. A Bundle that comes again gets its first answer.
/// </summary>
internal sealed class SubmitClaim(
    EligibilityDb db, Caller caller, PersonalDataProtector protector, PolicyService policies, ServiceCodes codes, BusinessIdentifiers identifiers,
    Practitioners practitioners, FhirDoor door, AuthorizationReader authorizations, Lazy<RequestAuthorization> requesting, Lazy<ReviseAuthorization> revise,
    Lazy<WithdrawAuthorization> withdraw, Lazy<CancelAuthorization> cancel, Lazy<UploadDocument> upload, Lazy<DocumentReader> documents,
    AuditTrail audit, TimeProvider clock)
{
    /// <summary>Answers with a Bundle, or with why the request could not be processed; then nothing is stored.</summary>
    /// <param name="sent">The Bundle.</param>
    /// <param name="address">The address of the FHIR endpoint; null for a request that came by another door.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    public async Task<(Bundle? Answer, FhirFault? Fault)> Handle(SentBundle sent, string? address, CancellationToken cancellationToken)
    {
        var checks = PasBundle.Check(sent.Bundle, "Claim");
        if (FhirFault.Of(checks.Issues) is { } malformed)
            return (null, malformed);
        var claim = PasClaim.Read(sent.Bundle, checks, inquires: false);
        if (FhirFault.Of(claim.Issues) is { } unusable)
            return (null, unusable);
        var frame = PasFrame.Of(sent.Bundle, checks, claim);
        PasReply reply = new(frame, PasReply.OfSubmission, address);
        var (named, rejected) = await Resolve(claim, checks, cancellationToken);
        if (named is null)
            return (reply.Rejected(clock.GetUtcNow(), rejected!), null);
        if (!(await practitioners.Unknown(claim, named.Provider, cancellationToken)).Is(out var stranger, out var unanswered))
            return (null, FhirFault.Of(unanswered, _ => ""));
        if (stranger is not null)
            return (reply.Rejected(clock.GetUtcNow(), stranger), null);
        Submission submission = new(claim, named.Person, named.Provider, named.Payer, PartnerNumber.Of(sent.Bundle.Identifier!),
            [.. claim.Claim.Identifier.Select(PartnerNumber.Of)], SHA256.HashData(sent.Bytes), frame);

        // Before: what came under the same Bundle's identifier, and what the Claim updates.
        var before = await Rows(FhirKeys.OfBundle(protector, submission.Bundle), cancellationToken);
        if (before.Exists(r => !r.Fingerprint.AsSpan().SequenceEqual(submission.Fingerprint)))
        {
            return (null, FhirFault.Of(StatusCodes.Status422UnprocessableEntity, IssueType.Duplicate, "Bundle.identifier",
                "is that of a Bundle with other content; send the first one again, or a new identifier"));
        }

        var thread = claim.Prior is { } prior ? await Thread(prior, named.Person.Id, cancellationToken) : before;
        if (claim.Prior is not null && thread.Count == 0)
        {
            return (null, FhirFault.Of(StatusCodes.Status422UnprocessableEntity, IssueType.NotFound, "Bundle.entry[0].resource.related[0].claim",
                "is a Claim that did not come from you for this person; send the Claim as you submitted it"));
        }

        submission.Thread = thread.Count > 0 ? thread[0].ThreadId : Guid.CreateVersion7(clock.GetUtcNow());
        submission.Before = before.ToDictionary(r => r.Sequence);
        submission.Latest = Latest(thread);
        if (await Run(submission, cancellationToken) is { } fault)
            return (null, fault);
        if (await StoreUnscanned(submission, cancellationToken) is { } unstored)
            return (null, unstored);
        await audit.Read([named.Person.Id], cancellationToken);
        await AddLeftOut(submission, cancellationToken);
        return (reply.Of(submission.AnsweredAt ?? clock.GetUtcNow(), submission.Answers, submission.AnswerId ?? Guid.CreateVersion7(clock.GetUtcNow())), null);
    }

    private sealed record Named(PasPerson Person, string Provider, string Payer);

    // What the Claim names, or what of it is not known here: then the Claim is rejected, which is an answer.
    private async Task<(Named? Named, PasRejection? Rejected)> Resolve(PasClaim claim, PasBundle checks, CancellationToken cancellationToken)
    {
        var (provider, payer, unknown) = await identifiers.Organizations(claim, checks.PathOf, isNew: claim.Prior is null, cancellationToken);
        if (unknown is not null)
            return (null, unknown);
        (var person, unknown) = await identifiers.Person(claim.Patient!, claim.Coverage, checks.PathOf(claim.Patient!), cancellationToken);
        return person is null ? (null, unknown) : (new(person, provider, payer), null);
    }

    /// <summary>A Claim that is being answered.</summary>
    private sealed record Submission(
        PasClaim Claim, PasPerson Person, string Provider, string Payer, PartnerNumber Bundle, IReadOnlyList<PartnerNumber> Claims, byte[] Fingerprint,
        PasFrame Frame)
    {
        public Guid Thread { get; set; }

        /// <summary>The items that an earlier try of the same Bundle stored.</summary>
        public Dictionary<int, FhirRequest> Before { get; set; } = [];

        /// <summary>The last row of each item of the Claim and its updates.</summary>
        public Dictionary<int, FhirRequest> Latest { get; set; } = [];

        public List<PasItemAnswer> Answers { get; } = [];

        public DateTimeOffset? AnsweredAt { get; set; }

        /// <summary>Documents that have to be scanned first.</summary>
        public HashSet<SentDocument> Unscanned { get; } = [];

        /// <summary>The id of the answer; null when nothing was stored.</summary>
        public Guid? AnswerId { get; set; }
    }

    /// <summary>The call of a use case for an item.</summary>
    /// <param name="Item">The item.</param>
    /// <param name="Call">The call: whether it only validates, and the names of the documents.</param>
    /// <param name="Changes">The authorization that it changes; null for a new one.</param>
    /// <param name="Needs">Which documents go with it; null for none.</param>
    private sealed record ItemCall(
        PasItem Item, Func<bool, IReadOnlyList<string>, Task<Result<Proto.Authorization>>> Call, AuthorizationId? Changes, DocumentNeeds? Needs);

    /// <summary>What decides which documents a code means.</summary>
    /// <param name="IsRenewal">Whether the request is a renewal.</param>
    /// <param name="Items">What a first request needs.</param>
    private sealed record DocumentNeeds(bool IsRenewal, IReadOnlyList<Proto.ChecklistItem> Items);

    // With one item the use case decides and stores at once. With more, or with documents, all are decided first, so that a fault in the last stores nothing of
    // the first.
    private async Task<FhirFault?> Run(Submission submission, CancellationToken cancellationToken)
    {
        List<ItemCall> calls = [];
        foreach (var item in submission.Claim.Items)
        {
            if (submission.Before.TryGetValue(item.Sequence, out var stored))
            {
                Answered(submission, item, stored);
                continue;
            }

            var (call, fault) = await Prepare(submission, item, cancellationToken);
            if (fault is not null)
                return fault;
            if (call is not null)
                calls.Add(call);
        }

        if (calls.Count > 1 || submission.Claim.Documents.Files.Count > 0)
        {
            foreach (var (item, call, _, _) in calls)
            {
                if ((await call(true, [])).Problem is { } problem)
                    return FhirFault.Of(problem, field => ElementOf(item, field));
            }
        }

        foreach (var (item, call, changes, needs) in calls)
        {
            var (sent, fault) = needs is null ? ([], null) : await Documents(submission, needs, cancellationToken);
            if (fault is not null)
                return fault;
            door.Current = new(submission.Thread, item, submission.Bundle, submission.Claims, submission.Fingerprint, submission.Frame, changes);
            var result = await call(false, sent);
            door.Current = null;
            if (!result.Is(out var authorization, out var problem))
                return FhirFault.Of(problem, field => ElementOf(item, field));
            // Another call with the same Bundle was first: its row counts.
            var row = door.Row is { } mine && mine.AuthorizationId.Name == authorization.Name ? mine
                : (await Rows(FhirKeys.OfBundle(protector, submission.Bundle), cancellationToken)).Single(r => r.Sequence == item.Sequence);
            Answered(submission, item, row);
        }

        return null;
    }

    // The names of the documents of the Claim: what came with its bytes is stored for the person, and a code without bytes is answered by the last document of
    // that kind which is stored already. What is not there is missing, and the request waits for it.
    private async Task<(IReadOnlyList<string> Names, FhirFault? Fault)> Documents(Submission submission, DocumentNeeds needs, CancellationToken cancellationToken)
    {
        var (claimed, person) = (submission.Claim.Documents, submission.Person.Id);
        List<string> names = [];
        foreach (var file in claimed.Files)
        {
            var request = file.Upload(person.Name, file.Kind(needs.IsRenewal, needs.Items), claimed.Contents, clock);
            if (!(await upload.Value.Handle(request, file.Pieces(), cancellationToken)).Is(out var stored, out var problem))
                return ([], FhirFault.Of(problem, file.ElementOf));
            if (stored.Usable)
                names.Add(stored.Name);
            else
                submission.Unscanned.Add(file);
        }

        if (claimed.Codes.Count > 0)
        {
            var kinds = SentDocument.KindsOf(claimed.Codes, needs.IsRenewal, needs.Items).ToHashSet();
            names.AddRange((await documents.Value.Of(person, cancellationToken)).Where(d => kinds.Contains(d.Kind)).DistinctBy(d => d.Kind).Select(d => d.Id.Name));
        }

        return (names, null);
    }

    // A document that has to be scanned first is stored with each request of the Claim that waits: its scan decides the request again.
    private async Task<FhirFault?> StoreUnscanned(Submission submission, CancellationToken cancellationToken)
    {
        foreach (var file in submission.Unscanned)
        {
            foreach (var id in submission.Answers.Where(a => a.Content is not null).Select(a => new AuthorizationId(a.Content!.Answer.Authorization)).Distinct())
            {
                if (await authorizations.Find(caller, id, cancellationToken) is not { } authorization || AddDocuments.Closed(authorization) is not null)
                    continue;
                var stored = await upload.Value.Handle(file.Upload(authorization, policies, clock), file.Pieces(), cancellationToken);
                if (stored.Problem is { } problem)
                    return FhirFault.Of(problem, file.ElementOf);
            }
        }

        return null;
    }

    private void Answered(Submission submission, PasItem item, FhirRequest row)
    {
        submission.Answers.Add(new(item.Sequence, row.Read(protector), null));
        submission.AnswerId ??= row.Id;
        submission.AnsweredAt = submission.AnsweredAt > row.RecordedAt ? submission.AnsweredAt : row.RecordedAt;
    }

    private async Task<(ItemCall? Call, FhirFault? Fault)> Prepare(Submission submission, PasItem item, CancellationToken cancellationToken)
    {
        var requestId = RequestIdOf(submission.Bundle, item.Sequence);
        if (item.Intent == PasIntent.Request)
            return (Request(submission, item, requestId, cancellationToken), null);
        if (AuthorizationOf(submission, item) is not { } id || await authorizations.Find(caller, id, cancellationToken) is not { } present
            || present.IndividualId != submission.Person.Id)
        {
            return (null, FhirFault.Of(StatusCodes.Status422UnprocessableEntity, IssueType.NotFound, item.Path,
                "names no authorization of yours: neither by authorizationNumber nor by its sequence in the Claim that is updated"));
        }

        // A use case changes days, units and documents of a request, never its service.
        if (item.Intent is PasIntent.Renew or PasIntent.Change && codes.Find(item.Code, item.ModifierCodes, item.Program ?? present.Program,
            item.From ?? present.RequestedFrom) != (present.Program, present.Kind))
        {
            return (null, FhirFault.Of(StatusCodes.Status422UnprocessableEntity, IssueType.BusinessRule, item.Path + ".productOrService",
                "is another service than the authorization has; cancel this item and add one"));
        }

        switch (item.Intent)
        {
            case PasIntent.Keep:
            case PasIntent.Cancel when present.State is Proto.AuthorizationState.Withdrawn or Proto.AuthorizationState.Denied
                || present.EndReason == Proto.TerminationReason.Cancelled:
                submission.Answers.Add(new(item.Sequence, ContentOf(submission, item, present), null));
                return (null, null);
            case PasIntent.Cancel:
                return (new(item, Cancel(item, present, requestId, cancellationToken), id, null), null);
            case PasIntent.Renew:
                return (new(item, (validate, sent) => requesting.Value.Handle(Renewal(submission, item, present, sent, requestId, validate), cancellationToken), null,
                    new(IsRenewal: true, [])), null);
            default:
                return (new(item, (validate, sent) => revise.Value.Handle(Revision(submission, item, present, sent, requestId, validate), cancellationToken), id,
                    new(present.Renews is not null, DocumentChecklist.Of(present, policies))), null);
        }
    }

    private ItemCall? Request(Submission submission, PasItem item, string requestId, CancellationToken cancellationToken)
    {
        if (codes.Find(item.Code, item.ModifierCodes, item.Program, item.From ?? clock.UtcDay()) is not { } service)
        {
            // As X12 answers a review that a system does not do: rejected, and the service is not certified (RFI 2477).
            submission.Answers.Add(new(item.Sequence, null, new("33", item.Path + ".productOrService", "No program here authorizes this service.")) { Traces = item.Traces });
            return null;
        }

        if (item.From is { } from && !submission.Person.IsCoveredBy(submission.Payer, from))
        {
            submission.Answers.Add(new(item.Sequence, null, new("78", item.Path + ".serviced", "The payer does not cover the person on the first day.")) { Traces = item.Traces });
            return null;
        }

        var initiation = submission.Claim.Event ?? (service.Kind == Proto.AuthorizationKind.M6 ? null : item.From);
        var needed = DocumentChecklist.Of(policies, service.Program, service.Kind, item.From ?? clock.UtcDay());
        return new(item, (validate, sent) => requesting.Value.Handle(new Proto.RequestAuthorizationRequest
        {
            Individual = submission.Person.Id.Name,
            Provider = new OrganizationCode(submission.Provider).Name,
            Program = service.Program,
            Kind = service.Kind,
            ServiceInitiationDate = initiation.Day(),
            RequestedFrom = item.From.Day(),
            RequestedThrough = item.Through.Day(),
            RequestedUnits = item.Units ?? 0,
            Expedited = submission.Claim.Expedited,
            Documents = { sent },
            ValidateOnly = validate,
            RequestId = validate ? "" : requestId,
        }, cancellationToken), null, new(IsRenewal: false, needed));
    }

    private static Proto.RenewAuthorizationRequest Renewal(
        Submission submission, PasItem item, Authorization present, IReadOnlyList<string> sent, string requestId, bool validate) => new()
        {
            Name = present.Id.Name,
            Etag = present.Etag(),
            RequestedThrough = item.Through.Day(),
            RequestedUnits = item.Units ?? 0,
            Expedited = submission.Claim.Expedited,
            Documents = { sent },
            ContinuedService = { submission.Claim.Documents.ContinuedService },
            ValidateOnly = validate,
            RequestId = validate ? "" : requestId,
        };

    private static Proto.ReviseAuthorizationRequest Revision(
        Submission submission, PasItem item, Authorization present, IReadOnlyList<string> sent, string requestId, bool validate)
    {
        var first = present.Renews is null;
        return new()
        {
            Name = present.Id.Name,
            Etag = present.Etag(),
            RequestedFrom = first ? item.From.Day() : "",
            RequestedThrough = item.Through.Day(),
            RequestedUnits = item.Units ?? 0,
            Expedited = submission.Claim.Expedited,
            ServiceInitiationDate = first ? (submission.Claim.Event ?? present.Request.ServiceInitiationDate).Day() : "",
            Documents = { sent },
            ContinuedService = { first ? [] : submission.Claim.Documents.ContinuedService },
            ValidateOnly = validate,
            RequestId = validate ? "" : requestId,
        };
    }

    // A request that is not decided is withdrawn; an approved authorization is given up from the item's first day on, or from today.
    private Func<bool, IReadOnlyList<string>, Task<Result<Proto.Authorization>>> Cancel(PasItem item, Authorization present, string requestId, CancellationToken cancellationToken)
    {
        if (!present.WasApproved)
        {
            return (validate, _) => withdraw.Value.Handle(
                new() { Name = present.Id.Name, Etag = present.Etag(), ValidateOnly = validate, RequestId = validate ? "" : requestId }, cancellationToken);
        }

        var today = policies.Today(present.Program)!.Value;
        var from = item.From > today ? item.From : today > present.ApprovedFrom ? today : present.ApprovedFrom;
        return (validate, _) => cancel.Value.Handle(
            new() { Name = present.Id.Name, Etag = present.Etag(), FromDay = from.Day(), ValidateOnly = validate, RequestId = validate ? "" : requestId },
            cancellationToken);
    }

    private static AuthorizationId? AuthorizationOf(Submission submission, PasItem item) =>
        submission.Latest.TryGetValue(item.Sequence, out var row) ? row.AuthorizationId
        : Guid.TryParse(item.Authorization, out var id) ? new AuthorizationId(id) : null;

    private FhirContent ContentOf(Submission submission, PasItem item, Authorization present) =>
        item.With(submission.Bundle, submission.Claims, PasAnswer.Of(present, protector, policies));

    // An item that an update leaves out is not cancelled: the answer has it as it is.
    private async System.Threading.Tasks.Task AddLeftOut(Submission submission, CancellationToken cancellationToken)
    {
        foreach (var (sequence, row) in submission.Latest.Where(l => submission.Claim.Items.All(i => i.Sequence != l.Key)).OrderBy(l => l.Key))
        {
            if (await authorizations.Find(caller, row.AuthorizationId, cancellationToken) is { } present)
            {
                submission.Answers.Add(new(sequence, row.Read(protector) with { Answer = PasAnswer.Of(present, protector, policies) }, null));
            }
        }
    }

    private async Task<List<FhirRequest>> Thread(Claim prior, IndividualId person, CancellationToken cancellationToken)
    {
        var known = await Rows(prior.Identifier.SelectMany(i => FhirKeys.OfClaim(protector, PartnerNumber.Of(i))), cancellationToken);
        if (known.FindLast(r => r.IndividualId == person)?.ThreadId is not { } thread)
            return [];
        return await db.FhirRequests.AsNoTracking().Where(r => r.ThreadId == thread).OrderBy(r => r.Id).ToListAsync(cancellationToken);
    }

    private Task<List<FhirRequest>> Rows(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var any = keys.ToList();
        return db.FhirRequests.AsNoTracking().Where(r => r.Provider == caller.Organization && r.Keys.Any(k => any.Contains(k))).OrderBy(r => r.Id)
            .ToListAsync(cancellationToken);
    }

    private static Dictionary<int, FhirRequest> Latest(IEnumerable<FhirRequest> rows) =>
        rows.GroupBy(r => r.Sequence).ToDictionary(g => g.Key, g => g.MaxBy(r => r.Id)!);

    /// <summary>The same item of the same Bundle is the same request.</summary>
    private static string RequestIdOf(PartnerNumber bundle, int sequence) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"item of a bundle\n{bundle.System}\n{bundle.Value}\n{sequence}")).AsSpan(0, 16), bigEndian: true).ToString();

    private static string ElementOf(PasItem item, string field) => field switch
    {
        "requested_from" or "service_initiation_date" => item.Path + ".serviced.start",
        "requested_through" or "from_day" => item.Path + ".serviced.end",
        "requested_units" => item.Path + ".quantity",
        "continued_service" => "Bundle.entry[0].resource.supportingInfo",
        "program" or "kind" => item.Path + ".productOrService",
        "provider" => "Bundle.entry[0].resource.provider",
        "request_id" => "Bundle.identifier",
        _ when field.StartsWith("documents[", StringComparison.Ordinal) => "Bundle.entry[0].resource.supportingInfo",
        _ => item.Path,
    };
}
