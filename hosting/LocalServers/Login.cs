using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace LocalServers;

/// <summary>
/// A server is ready when a login succeeds. An accepted TCP connection is no proof: PostgreSQL accepts one during crash
/// recovery, and a container engine's proxy before the server inside runs.
/// </summary>
public static class Login
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Waits until the login succeeds.</summary>
    /// <param name="connectionString">The address and the user.</param>
    /// <param name="exited">The server's end; waiting stops with it.</param>
    /// <param name="patience">How long to wait at most.</param>
    /// <exception cref="LocalServerException">It ended, refused the password, or took too long. The message is the second half of a sentence about the
    /// server.</exception>
    public static Task PostgresAsync(string connectionString, Task<int> exited, TimeSpan patience, CancellationToken cancellationToken) =>
        WaitAsync(async token =>
        {
            await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false;Timeout=5");
            await connection.OpenAsync(token);
        }, e => e is PostgresException { SqlState: "28P01" or "28000" }, exited, patience, cancellationToken);

    /// <inheritdoc cref="PostgresAsync"/>
    public static Task RabbitMqAsync(string connectionString, Task<int> exited, TimeSpan patience, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            Uri = new(connectionString),
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            AutomaticRecoveryEnabled = false
        };
        return WaitAsync(async token =>
        {
            await using var connection = await factory.CreateConnectionAsync(token);
            await connection.CloseAsync(token);
        }, e => e.InnerException is AuthenticationFailureException, exited, patience, cancellationToken);
    }

    private static async Task WaitAsync(
        Func<CancellationToken, Task> login, Func<Exception, bool> refused, Task<int> exited, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        while (true)
        {
            if (exited.IsCompleted) throw new LocalServerException($"ended with code {await exited}");
            try
            {
                await login(timeout.Token);
                return;
            }
            catch (Exception e) when (refused(e))
            {
                throw new LocalServerException(
                    "refuses the login: its data were made with another user or password. Give that password, or remove the data directory to start empty", e);
            }
            catch (Exception e) when (timeout.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new LocalServerException($"did not accept a login within {patience.TotalSeconds:0} s ({e.Message})", e);
            }
            catch (Exception e) when (e is NpgsqlException or BrokerUnreachableException or OperationInterruptedException or IOException or TimeoutException)
            {
                await Task.WhenAny(exited, Task.Delay(Pause, CancellationToken.None));
            }
        }
    }
}
