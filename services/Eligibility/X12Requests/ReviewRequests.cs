using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Ips.Eligibility.Fhir;
using Ips.X12;

namespace Ips.Eligibility.X12Requests;

/// <summary>
/// A 278 becomes the Claim of the FHIR door and its ClaimResponse becomes the 278 that answers: Da Vinci PAS is the 278 in other words. So both doors, and gRPC
/// behind them, make and show the same authorization with the same receipt.
/// </summary>
/// <remarks>
/// BHT03 of a sender is the identifier of a Bundle: the same request again gets the first answer, the same number with another request is refused. UM02 I is a
/// request; R renews, S revises and 3 takes back the authorization in REF*BB. A document is a PWK: its report type where X12 has one, its code on this platform in
/// PWK06 otherwise. An answer asks for documents in the same way: by LOINC in an HI, else by a PWK; where a document came and does not show what it has to contain,
/// the LOINC is 102089-0, and a TRN of the reviewer is the context of the questionnaire. BHT02 01 takes back everything in the file; 28 only inquires.
/// </remarks>
internal sealed class ReviewRequests(SubmitClaim submit, InquireClaim inquire)
{
    private static readonly FhirJsonSerializer Json = new();

    /// <summary>The answer to a request, revision, cancellation or inquiry.</summary>
    public async Task<ReviewAnswer> Answer(ReviewAnswer request, CancellationToken cancellationToken)
    {
        var requested = ReviewClaim.Requested(request);
        var bundle = ReviewClaim.Of(request, requested);
        SentBundle sent = new(bundle, Json.SerializeToBytes(bundle));
        ReviewReply reply = new(request, requested);
        if (request.Purpose == ReviewClaim.Inquiry)
        {
            var (found, unfound) = await inquire.Handle(sent, cancellationToken);
            return unfound is not null ? reply.Refused(unfound)
                : reply.Found([.. found!.Parameter.Select(p => p.Resource).OfType<Bundle>().Select(b => b.Entry[0].Resource).OfType<ClaimResponse>()]);
        }

        var (answer, fault) = await submit.Handle(sent, null, cancellationToken);
        return fault is not null ? reply.Refused(fault) : reply.Decided(answer!);
    }
}
