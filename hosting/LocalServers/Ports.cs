using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace LocalServers;

/// <summary>Free TCP ports on loopback.</summary>
public static class Ports
{
    // Below the ephemeral range of Linux, so that an outgoing connection cannot take the port between choice and use.
    private const int Lowest = 15_000;
    private const int Highest = 32_000;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Chosen = [];

    /// <summary>A random free port that this process has not been given before.</summary>
    public static int Free()
    {
        lock (Gate)
        {
            for (var tries = 0; tries < 1_000; tries++)
            {
                var port = RandomNumberGenerator.GetInt32(Lowest, Highest);
                if (!Chosen.Contains(port) && IsFree(port) && Chosen.Add(port)) return port;
            }
        }
        throw new LocalServerException($"No free TCP port between {Lowest} and {Highest} on 127.0.0.1. End some of the programs that listen there.");
    }

    /// <summary><paramref name="remembered"/> when it is still free, else another.</summary>
    public static int FreeOr(int? remembered)
    {
        if (remembered is not { } port || !IsFree(port)) return Free();
        lock (Gate) Chosen.Add(port);
        return port;
    }

    /// <summary>True when nothing listens on the port, on neither kind of loopback address nor on all addresses.</summary>
    public static bool IsFree(int port) => CanBind(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanBind(IPAddress.IPv6Loopback, port));

    private static bool CanBind(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            return true;   // no such kind of address here, so no program can listen on it
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
