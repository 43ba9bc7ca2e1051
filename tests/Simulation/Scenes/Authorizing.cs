using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;

namespace Ips.Simulation.Scenes;

/// <summary>Authorizations and their units.</summary>
internal static class Authorizing
{
    private static AuthorizationKind KindOf(Scene scene, string program) => program switch
    {
        "nc-core" => scene.Chance(0.9) ? AuthorizationKind.M2 : AuthorizationKind.M6,
        "nc-state" => AuthorizationKind.Ips,
        "la-acla" or "la-lhcc" => AuthorizationKind.LaPriorAuth,
        _ => scene.Any<AuthorizationKind>(),
    };

    public static async Task Request(Scene scene, Person person)
    {
        var kind = KindOf(scene, person.Agency.Program);
        var from = scene.Chance(0.8) ? person.First : scene.Today;
        RequestAuthorizationRequest request = new()
        {
            Individual = person.Name,
            Provider = person.Agency.Name,
            Program = person.Agency.Program,
            Kind = kind,
            ServiceInitiationDate = Scene.Day(person.First),
            RequestedFrom = Scene.Day(from),
            RequestedThrough = Scene.Day(from.AddDays(89)),
            RequestedUnits = kind == AuthorizationKind.M2 ? 1 : scene.Random.Next(1, 60),
            Expedited = scene.Chance(0.1),
            RequestId = scene.NewId(),
            Documents = { await Papers(scene, person, DocumentKind.Assessment, DocumentKind.CareerProfile, DocumentKind.IntegratedPcp) },
        };
        if (scene.Chance(0.1) && request.Documents.Count > 0)
            request.Documents.RemoveAt(0);
        await scene.Send(person.Agency.Provider, request, person);
    }

    // Each document is stored once for the person; one whose upload was refused or lost is not sent.
    private static async Task<IReadOnlyList<string>> Papers(Scene scene, Person person, params IReadOnlyList<DocumentKind> kinds)
    {
        foreach (var kind in kinds.Where(kind => !person.All("document").Any(known => known.About == kind.ToString())))
        {
            byte[] bytes = [.. "%PDF-1.7\n"u8, .. System.Text.Encoding.UTF8.GetBytes($"{kind} of {person.Name}")];
            await scene.Send(person.Agency.Provider, new UploadDocumentRequest
            {
                Kind = kind,
                Subject = person.Name,
                DocumentDate = Scene.Day(scene.Today),
                Size = bytes.Length,
                Contents = { kind == DocumentKind.IntegratedPcp ? ["bh_interventions", "ips_interventions", "career_goals"] : Array.Empty<string>() },
                Content = Google.Protobuf.ByteString.CopyFrom(bytes),
                RequestId = scene.NewId(),
            }, person);
        }

        return [.. person.All("document").Where(known => kinds.Any(kind => known.About == kind.ToString())).Select(known => known.Name)];
    }

    public static async Task Decide(Scene scene, Person person)
    {
        if ((person.Last("authorization", nameof(AuthorizationState.UnderReview)) ?? person.Last("authorization")) is not { } known)
            return;
        DecideAuthorizationRequest request = new()
        {
            Name = known.Name,
            Etag = known.Etag,
            Outcome = scene.Chance(0.8) ? AuthorizationOutcome.Approve : scene.Any<AuthorizationOutcome>(),
            RequestId = scene.NewId(),
        };
        if (request.Outcome is AuthorizationOutcome.Approve or AuthorizationOutcome.Modify && scene.Chance(0.8))
            request.OverrideReason = "known to the reviewer";
        if (request.Outcome == AuthorizationOutcome.Modify)
            (request.ApprovedFrom, request.ApprovedThrough, request.ApprovedUnits) = (known.Day, scene.Day(60), 1);
        if (request.Outcome != AuthorizationOutcome.Approve)
            (request.RuleId, request.Reason) = (known.About == nameof(AuthorizationKind.M2) ? "NCC-MS-02c" : "NC-AUTH-003", "seen by the reviewer");
        if (request.Outcome is AuthorizationOutcome.Deny or AuthorizationOutcome.Modify)
            request.ReasonCode = PayerReasonCode.NotMedicallyNecessary;
        await scene.Send(person.Agency.Mco, request, person);
    }

    public static async Task Renew(Scene scene, Person person)
    {
        if (person.Last("authorization", nameof(AuthorizationState.Approved)) is not { } known)
            return;
        await scene.Send(person.Agency.Provider, new RenewAuthorizationRequest
        {
            Name = known.Name,
            Etag = known.Etag,
            RequestedThrough = scene.Day(200),
            RequestedUnits = scene.Random.Next(1, 60),
            Documents = { await Papers(scene, person, DocumentKind.ServicePlan, DocumentKind.SupportingDocumentation) },
            ContinuedService = { ContinuedServiceCondition.A },
            RequestId = scene.NewId(),
        }, person);
    }

    public static async Task AddDocuments(Scene scene, Person person)
    {
        if (person.Last("authorization", nameof(AuthorizationState.PendedInfo)) is not { } known)
            return;
        await scene.Send(person.Agency.Provider, new AddDocumentsRequest
        {
            Name = known.Name,
            Etag = known.Etag,
            Documents = { await Papers(scene, person, DocumentKind.Assessment, DocumentKind.CareerProfile, DocumentKind.IntegratedPcp) },
            RequestId = scene.NewId(),
        }, person);
    }

    public static async Task Terminate(Scene scene, Person person)
    {
        if (person.Last("authorization") is not { } known || scene.Chance(0.7))
            return;
        await scene.Send(scene.Chance(0.5) ? person.Agency.Provider : person.Agency.Mco, new TerminateAuthorizationRequest
        {
            Name = known.Name,
            Etag = known.Etag,
            Reason = scene.Any<TerminationReason>(),
            EffectiveOn = scene.Day(scene.Random.Next(-5, 30)),
            RequestId = scene.NewId(),
        }, person);
    }
}
