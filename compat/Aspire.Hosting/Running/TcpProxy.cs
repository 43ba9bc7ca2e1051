using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Running;

/// <summary>One loopback port before several: each connection goes to the next target in turn, past those that do not answer.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly List<TcpListener> listeners = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly IReadOnlyList<int> targets;
    private int next = -1;

    public TcpProxy(int port, IReadOnlyList<int> targets)
    {
        this.targets = targets;
        foreach (var address in Socket.OSSupportsIPv6 ? new[] { IPAddress.Loopback, IPAddress.IPv6Loopback } : [IPAddress.Loopback])
        {
            var listener = new TcpListener(address, port);
            try
            {
                listener.Start();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable)
            {
                continue;   // IPv6 is built in but has no loopback address here
            }
            listeners.Add(listener);
            _ = AcceptAsync(listener);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        foreach (var listener in listeners) listener.Dispose();
        stopping.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        var stop = stopping.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = CarryAsync(await listener.AcceptSocketAsync(stop), stop);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The caller gave up before we took the connection.
            }
        }
    }

    private async Task CarryAsync(Socket caller, CancellationToken stop)
    {
        using (caller)
        {
            if (await ConnectAsync(stop) is not { } target) return;
            using (target)
            {
                caller.NoDelay = target.NoDelay = true;
                await Task.WhenAll(PumpAsync(caller, target, stop), PumpAsync(target, caller, stop));
            }
        }
    }

    private async Task<Socket?> ConnectAsync(CancellationToken stop)
    {
        for (var tries = 0; tries < targets.Count; tries++)
        {
            var port = targets[(int)((uint)Interlocked.Increment(ref next) % (uint)targets.Count)];
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, stop);
                return socket;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                socket.Dispose();
            }
        }
        return null;
    }

    // Ends of stream are passed on one direction at a time: a caller may be done sending and still read the answer.
    private static async Task PumpAsync(Socket from, Socket to, CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, stop) is > 0 and var count)
            {
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stop);
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            from.Dispose();   // a broken direction breaks both
            to.Dispose();
        }
    }
}
