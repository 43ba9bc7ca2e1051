using System.Collections;
using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Ips.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Platform.Privacy;

/// <summary>
/// Around every rpc, on both wires: the people that the request and the answer name (<c>individuals/{uuid}</c>) are recorded as read before the answer is sent.
/// A use case whose answer shows a person without this name records it itself (<see cref="AuditTrail.Read"/>). An answer that shows nothing, such as an empty
/// page, is no disclosure. A call that names what its caller may not see is recorded as refused, about the person behind it.
/// </summary>
public sealed class AuditedCalls : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        TResponse response;
        try
        {
            response = await continuation(request, context);
        }
        catch (ProblemException refused) when (refused.Problem is Problem.NotFound unseen)
        {
            var behind = context.GetHttpContext().RequestServices.GetRequiredService<RefusedAccess>();
            if (await behind.PersonOf(unseen.Id, context.CancellationToken) is { } person)
                await Trail(context).Refused(person, context.CancellationToken);
            throw;
        }

        await Trail(context).Read(ShowsNothing((IMessage)response) ? [] : PeopleIn.Of((IMessage)request).Concat(PeopleIn.Of((IMessage)response)),
            context.CancellationToken);
        return response;
    }

    private static bool ShowsNothing(IMessage response) => response.CalculateSize() == 0
        || (response.Descriptor.FindFieldByName("next_page_token") is not null
            && response.Descriptor.FindFieldByNumber(1) is { IsRepeated: true } items && ((IList)items.Accessor.GetValue(response)).Count == 0);

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(request, new AuditedStream<TResponse>(responseStream, Trail(context), context.CancellationToken), context);

    /// <inheritdoc/>
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(requestStream, new AuditedStream<TResponse>(responseStream, Trail(context), context.CancellationToken), context);

    private static AuditTrail Trail(ServerCallContext context) => context.GetHttpContext().RequestServices.GetRequiredService<AuditTrail>();

    private sealed class AuditedStream<T>(IServerStreamWriter<T> inner, AuditTrail trail, CancellationToken callEnded) : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions { get => inner.WriteOptions; set => inner.WriteOptions = value; }

        public Task WriteAsync(T message) => WriteAsync(message, callEnded);

        public async Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            await trail.Read(PeopleIn.Of((IMessage)message!), cancellationToken);
            await inner.WriteAsync(message, cancellationToken);
        }
    }
}

/// <summary>The people that a message names, in any of its fields but those of receipts, which name none.</summary>
internal static class PeopleIn
{
    private const string Prefix = "individuals/";
    private static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor[]> Visited = new();

    public static List<IndividualId> Of(IMessage message)
    {
        List<IndividualId> people = [];
        Walk(message, people);
        return people;
    }

    private static void Walk(IMessage message, List<IndividualId> people)
    {
        foreach (var field in Visited.GetOrAdd(message.Descriptor, Worth))
        {
            var value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                foreach (var item in (IList)value)
                    Value(item, people);
            }
            else if (value is not null)
            {
                Value(value, people);
            }
        }
    }

    private static void Value(object value, List<IndividualId> people)
    {
        if (value is IMessage inner)
            Walk(inner, people);
        else if (value is string text && text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length >= Prefix.Length + 36
            && Guid.TryParseExact(text.AsSpan(Prefix.Length, 36), "D", out var id))
            people.Add(new(id));
    }

    private static FieldDescriptor[] Worth(MessageDescriptor type) =>
    [
        .. type.Fields.InDeclarationOrder().Where(f => !f.IsMap && (f.FieldType == FieldType.String
            || (f.FieldType == FieldType.Message && f.MessageType.File.Package is var package && package != "ips.common.v1"
            && !package.StartsWith("google.", StringComparison.Ordinal)))),
    ];
}
