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
            Documents = { RequestDocument.AuthorizationRequest, RequestDocument.Assessment, RequestDocument.CareerProfile, RequestDocument.IntegratedPcp },
            PcpContents = { PlanContent.BhInterventions, PlanContent.IpsInterventions, PlanContent.CareerGoals },
        };
        if (scene.Chance(0.1))
            request.Documents.RemoveAt(0);
        await scene.Send(person.Agency.Provider, request, person);
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
            Documents = { RenewalDocument.ServicePlan, RenewalDocument.AuthorizationRequestForm, RenewalDocument.SupportingDocumentation },
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
            Documents = { RequestDocument.AuthorizationRequest, RequestDocument.Assessment, RequestDocument.CareerProfile, RequestDocument.IntegratedPcp },
            PcpContents = { PlanContent.BhInterventions, PlanContent.IpsInterventions, PlanContent.CareerGoals },
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
