using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Platform.Events;

/// <summary>
/// Sends the receivers of partners what a feed's log has for them. Each receiver has a task of its own, so that one that is slow or gone holds up no other, and one
/// replica at a time sends to it. What was acknowledged is stored after each message: after a crash in between the message is sent again, as the same message.
/// </summary>
/// <param name="database">Where the turn of a receiver is taken.</param>
/// <param name="log">The log that is read.</param>
/// <param name="logger">Gets the faults.</param>
public abstract partial class ReceiverSender<TId>(NpgsqlDataSource database, IFeedLog log, ILogger logger) : BackgroundService
    where TId : struct
{
    // A busy log grows many times a second; one look at the receivers then serves all of it.
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<TId, Task> sending = new();

    /// <summary>How often the receivers are looked at when the log does not grow.</summary>
    protected abstract TimeSpan Every { get; }

    /// <summary>What the receivers are, such as <c>webhook</c>: the name of their turns.</summary>
    protected abstract string Kind { get; }

    /// <summary>The receivers to which something may be sent now.</summary>
    protected abstract Task<IReadOnlyList<TId>> Due(CancellationToken cancellationToken);

    /// <summary>Sends a page to a receiver. True when there may be more to send now.</summary>
    protected abstract Task<bool> SendPage(TId id, CancellationToken cancellationToken);

    /// <summary>What else is done after each look; nothing here.</summary>
    protected virtual Task Tidy(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is due now to every receiver; completes when each has got everything or has failed once.</summary>
    public async Task Round(CancellationToken cancellationToken)
    {
        // What is under way may have read the log before this call.
        await Task.WhenAll(sending.Values);
        await Task.WhenAll(await Begin(cancellationToken));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = log.More();
            try
            {
                await Begin(stoppingToken);
                await Tidy(stoppingToken);
            }
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
            {
                Waiting(logger, GetType(), failed.GetBaseException().GetType());
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await Task.WhenAny(more, Pause.For(Every, stoppingToken));
            await Pause.For(Together, stoppingToken);
        }

        await Task.WhenAll(sending.Values);
    }

    /// <summary>Starts a task for every receiver that is due and has none.</summary>
    private async Task<IReadOnlyList<Task>> Begin(CancellationToken cancellationToken) =>
        [.. (await Due(cancellationToken)).Select(id => sending.GetOrAdd(id, _ => Run(id, cancellationToken)))];

    private async Task Run(TId id, CancellationToken cancellationToken)
    {
        // The task is in the dictionary before it can leave it.
        await Task.Yield();
        try
        {
            await using var turn = await Turn.Take(database, $"{Kind} {id}", cancellationToken);
            while (turn is not null && await SendPage(id, cancellationToken))
                cancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            Waiting(logger, GetType(), failed.GetBaseException().GetType());
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
        finally
        {
            sending.TryRemove(id, out _);
        }
    }

    [LoggerMessage(1710, LogLevel.Warning, "{Sender} waits ({Fault}): database or log does not answer; what is due is sent later")]
    private static partial void Waiting(ILogger logger, Type sender, Type fault);
}
