using System.Security.Cryptography;
using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Many requests in one call, each in its own transaction. A request that fails returns its error in its place and stops no other request.</summary>
public sealed class RequestAuthorizations(RequestAuthorization requesting)
{
    /// <summary>Maximum number of requests in one call.</summary>
    public const int Most = 500;

    public async Task Handle(Proto.RequestAuthorizationsRequest request, IServerStreamWriter<Proto.RequestAuthorizationsResponse> answers,
        CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var call = Guid.Empty;
        fields.Require(request.Requests.Count is > 0 and <= Most, "requests", $"has none or more than {Most}; send 1 to {Most}");
        fields.Require(request.ValidateOnly || Guid.TryParse(request.RequestId, out call), "request_id",
            "is missing or is not a UUID; send a new UUID with every new call");
        foreach (var (i, one) in request.Requests.Index())
            fields.Require(one.RequestId.Length == 0 && !one.ValidateOnly, $"requests[{i}]",
                "has a request_id or validate_only of its own; send them once for the call");
        if (fields.Problem is { } bad)
            throw new ProblemException(bad);

        foreach (var (i, one) in request.Requests.Index())
        {
            Proto.RequestAuthorizationRequest single =
                new(one) { ValidateOnly = request.ValidateOnly, RequestId = request.ValidateOnly ? "" : IdOf(call, i).ToString() };
            Proto.RequestAuthorizationsResponse answer = new() { Index = i };
            if ((await requesting.Handle(single, cancellationToken)).Is(out var authorization, out var problem))
                answer.Authorization = authorization;
            else
                (answer.Code, answer.Message) = (problem.ToStatus().Code, problem.ToStatus().Message);
            await answers.WriteAsync(answer, cancellationToken);
        }
    }

    /// <summary>The id of a request in a call: the same position in the same call is the same request.</summary>
    private static Guid IdOf(Guid call, int place) =>
        new(SHA256.HashData([.. "request of a call "u8, .. call.ToByteArray(bigEndian: true), .. BitConverter.GetBytes(place)]).AsSpan(0, 16), bigEndian: true);
}
