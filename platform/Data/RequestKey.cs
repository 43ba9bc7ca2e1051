using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace Ips.Platform.Data;

/// <summary>How a request is known when it comes again.</summary>
/// <param name="Id">The <c>request_id</c>.</param>
/// <param name="Caller">Organization, role, issuer and subject of the caller (<see cref="Rpc.Caller.Key"/>).</param>
/// <param name="Fingerprint">SHA-256 over the request's type and bytes.</param>
internal sealed record RequestKey(Guid Id, string Caller, byte[] Fingerprint)
{
    public static Result<RequestKey> Read(Caller caller, string requestId, IMessage request) => Guid.TryParse(requestId, out var id) && id != Guid.Empty
        ? new RequestKey(id, caller.Key,
            SHA256.HashData([.. Encoding.UTF8.GetBytes(request.Descriptor.FullName + "\n"), .. request.ToByteArray()]))
        : new Problem.Invalid("request_id", requestId.Length == 0 ? "is missing; send a new UUID with every new request" : "is not a UUID");

    /// <summary>The row that stores the answer.</summary>
    public AnsweredRequest Answer(IMessage reply, DateTimeOffset at, ITextProtector? protector) => new()
    {
        RequestId = Id,
        Caller = Caller,
        Fingerprint = Fingerprint,
        Answer = protector is null ? reply.ToByteArray() : protector.Protect(reply.ToByteArray(), Form),
        AnsweredAt = at,
    };

    // Stands readable in front of the encrypted answer, so that a key rotation knows it as encrypted.
    private static ReadOnlySpan<byte> Form => [1];

    // An older answer was encrypted as base64; it is a month old at most when it is swept.
    private static byte[] Bytes(byte[] answer, ITextProtector protector) =>
        answer[0] > 128 ? protector.UnprotectBytes(answer) : Convert.FromBase64String(protector.Unprotect(answer));

    /// <summary>The stored answer, or the problem of an id that was used before with other content.</summary>
    public Result<TReply> Read<TReply>(AnsweredRequest stored, ITextProtector? protector) where TReply : class, IMessage<TReply>, new()
    {
        if (!stored.Fingerprint.AsSpan().SequenceEqual(Fingerprint))
            return new Problem.Invalid("request_id", "was used before with other content; send a new UUID with every new request");
        TReply reply = new();
        reply.MergeFrom(protector is null ? stored.Answer : Bytes(stored.Answer, protector));
        return reply;
    }
}
