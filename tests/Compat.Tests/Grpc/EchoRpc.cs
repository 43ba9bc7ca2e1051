using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Ips.Peers;
using Xunit;

namespace Ips.Compat.Tests.Rpc;

/// <summary>The service of peers.proto on the official server.</summary>
internal sealed class EchoRpc(EchoState state) : Echo.EchoBase
{
    public override Task<Note> Say(Note request, ServerCallContext context) => Task.FromResult(request);

    public override async Task Count(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        for (var count = 1; count <= request.Count; count++)
            await responseStream.WriteAsync(new Note { Count = count });
    }

    public override async Task<Note> Gather(IAsyncStreamReader<Note> requestStream, ServerCallContext context)
    {
        var sum = new Note();
        await foreach (var note in requestStream.ReadAllAsync(context.CancellationToken))
        {
            sum.Text += note.Text;
            sum.Count += note.Count;
        }

        return sum;
    }

    public override async Task Chat(IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        await foreach (var note in requestStream.ReadAllAsync(context.CancellationToken))
            await responseStream.WriteAsync(new Note { Count = note.Count * 2 });
    }

    public override Task<Note> Fail(Note request, ServerCallContext context)
    {
        context.ResponseTrailers.Add("x-why-bin", [1, 2, 255]);
        throw new Google.Rpc.Status
        {
            Code = (int)Code.InvalidArgument,
            Message = request.Text,
            Details =
            {
                Any.Pack(new ErrorInfo { Reason = "NOT_A_COLOR", Domain = "peers.test", Metadata = { ["color"] = "größe" } }),
                Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "text", Description = "нет" } } }),
            },
        }.ToRpcException();
    }

    public override async Task FailLate(IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new Note { Count = 1 });
        await responseStream.WriteAsync(new Note { Count = 2 });
        Assert.False(await requestStream.MoveNext());
        throw new RpcException(new Grpc.Core.Status(StatusCode.Aborted, "zu spät"));
    }

    public override async Task<Note> Wait(Note request, ServerCallContext context)
    {
        state.Started(request.Text);
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return request;
        }
        finally
        {
            state.Cancelled(request.Text);
        }
    }

    public override Task<WaitCounts> Waits(Note request, ServerCallContext context) => Task.FromResult(state.Waits(request.Text));

    public override async Task<Note> Meta(Note request, ServerCallContext context)
    {
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            headers.Add(entry);
            context.ResponseTrailers.Add(entry.IsBinary
                ? new Metadata.Entry(entry.Key[..^4] + "-again-bin", entry.ValueBytes)
                : new Metadata.Entry(entry.Key + "-again", entry.Value));
        }

        await context.WriteResponseHeadersAsync(headers);
        return new Note();
    }

    public override Task<Note> Squeeze(Note request, ServerCallContext context) =>
        Task.FromResult(new Note { Text = context.GetHttpContext().Request.Headers["grpc-encoding"].ToString(), Data = request.Data });

    public override Task<Note> SetHealth(Note request, ServerCallContext context)
    {
        state.Healthy = request.Count == 1;
        return Task.FromResult(request);
    }
}

/// <summary>A second service, whose method carries an option.</summary>
internal sealed class SpokenRpc : Spoken.SpokenBase
{
    public override Task<Words> Shout(Words request, ServerCallContext context) => Task.FromResult(new Words { Text = request.Text.ToUpperInvariant() });
}

/// <summary>What outlives a call: the health switch and how the Wait calls went.</summary>
internal sealed class EchoState
{
    private readonly ConcurrentDictionary<string, WaitCounts> waits = new(StringComparer.Ordinal);

    public volatile bool Healthy = true;

    public void Started(string name) => Add(name, new WaitCounts { Started = 1 });

    public void Cancelled(string name) => Add(name, new WaitCounts { Cancelled = 1 });

    public WaitCounts Waits(string name) => waits.GetValueOrDefault(name) ?? new();

    private void Add(string name, WaitCounts more) => waits.AddOrUpdate(
        name, more, (_, former) => new() { Started = former.Started + more.Started, Cancelled = former.Cancelled + more.Cancelled });
}
